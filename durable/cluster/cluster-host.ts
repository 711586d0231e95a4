import type { ControlPace } from "../control/control.ts";
import type { Part } from "../storage/schema.ts";
import type { Sql } from "../storage/sql.ts";
import type { MemoryOptions } from "./memory.ts";

export interface ClusterHost {
	sql: Sql;
	/** Name of the storage in errors: its file. Absent: the storage of a Durable Object, or memory. */
	storage?: string;
	/** ms since 1970. */
	now(): number;
	/** Calls `Cluster.alarm` at this instant instead of any set before. */
	setAlarm(at: number | undefined): void;
	/** Everything in the database goes but these parts; with none kept, the storage itself. */
	erase(keep: readonly Part[]): void;
	/** Calls `work` once, later. Need not survive the process. */
	defer(work: () => void, ms: number): void;
}

export interface ClusterOptions extends MemoryOptions {
	control?: Partial<ControlPace>;
	/** Names the build of the pages that are served: a page that is open tells by it that it is of another. */
	build?: string;
}
