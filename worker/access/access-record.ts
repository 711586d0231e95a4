/** What goes into the default cluster's audit of who got in, who did not, and who let others in: access is of no single cluster. */
import type { AuditEntry } from "../../colony-bridge/protocol/http/audit.ts";
import type { Clusters } from "../../durable/port.ts";

export type RecordAccess = (entry: AuditEntry) => Promise<void>;

/** A record that cannot be written is told to the log, and keeps nobody out who would mend it. */
export function accessRecord(clusters: Clusters, defaultCluster: string): RecordAccess {
	return async (entry) => {
		try {
			await clusters.get(defaultCluster).audit(entry);
		} catch (error) {
			console.error(`the audit could not be written: ${entry.action} ${entry.result}`, error);
		}
	};
}
