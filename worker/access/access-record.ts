/** Audit records of sign-ins, refusals and token changes. They go to the default cluster, because access belongs to no single one. */
import type { AuditEntry } from "../../colony-bridge/protocol/http/audit.ts";
import type { Clusters } from "../../durable/port.ts";

export type RecordAccess = (entry: AuditEntry) => Promise<void>;

/** A failed write is logged and refuses nobody, so that an operator can still sign in and repair it. */
export function accessRecord(clusters: Clusters, defaultCluster: string): RecordAccess {
	return async (entry) => {
		try {
			await clusters.get(defaultCluster).audit(entry);
		} catch (error) {
			console.error(`the audit could not be written: ${entry.action} ${entry.result}`, error);
		}
	};
}
