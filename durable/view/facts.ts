import type { Query } from "../../colony-bridge/protocol/query.ts";
import type { History } from "../history/history.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import type { TaskLog } from "../tasks/task-log.ts";
import type { Hearing } from "./hearing.ts";

/** What queries are answered from. */
export interface Facts {
	/** Name in the URL. */
	cluster: string;
	state: ClusterState;
	history: History;
	tasks: TaskLog;
	/** Bridges with an open socket. */
	connected: ReadonlySet<string>;
	hearing: Hearing;
	/** Why nothing is taken in now: the storage cannot be written. */
	fault?(): string | undefined;
}

export type QueryOf<K extends Query["kind"]> = Extract<Query, { kind: K }>;
