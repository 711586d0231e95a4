import { Audit } from "../audit/audit.ts";
import type { Sql } from "../storage/sql.ts";
import { Hearing } from "../view/facts.ts";
import { View } from "../view/view.ts";
import type { ClusterOptions } from "./cluster-host.ts";
import { Memory } from "./memory.ts";

/** A cluster come back from its database: what stands in its memory until something goes wrong there. */
export interface Opened {
	memory: Memory;
	view: View;
	audit: Audit;
}

/** @param connected bridges that have a socket. @param fault why nothing can be written now. */
export function openCluster(
	cluster: string,
	sql: Sql,
	options: ClusterOptions,
	connected: ReadonlySet<string>,
	fault: () => string | undefined,
): Opened {
	const memory = new Memory(sql, options);
	const { state, history, tasks } = memory;
	return {
		memory,
		view: new View({ cluster, state, history, tasks, connected, hearing: new Hearing(state), fault }),
		audit: new Audit(sql),
	};
}
