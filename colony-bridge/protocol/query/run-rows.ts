/** Rows of runs, and of the tasks in them by name. */
import type { EndStatus } from "../wire/state.ts";

/** The end of a run. `silent`: nothing is heard of it, and it may be heard again. `replaced`: another process of its name took over without a goodbye of it. */
export type RunEnd = "stopped" | "silent" | "replaced";
/** One life of a colony's process: tasks that ended in it, by how, and its first error. */
export interface RunRow extends Record<EndStatus, number> {
	id: string;
	bridge: string;
	colony: string;
	/** ms. */
	began: number;
	/** First report, ms: before it nothing was known of the run. */
	reported: number;
	/** Absent: it goes on. */
	end?: RunEnd;
	/** When it was heard for the last time, ms. */
	ended?: number;
	/** Ends of tasks that were no first attempt. */
	retries: number;
	/** Most workers at a time. */
	workers: number;
	firstError?: { at: number; text: string };
}
/** Tasks of one name that ended in a run, of the whole cluster. */
export interface RunTaskCounts extends Record<EndStatus, number> {
	p50Ms?: number;
	p95Ms?: number;
	/** Sum of all known durations. */
	totalMs?: number;
}
/** `id` is the name. */
export interface RunTaskRow extends RunTaskCounts {
	id: string;
	/** Those of the other run. */
	with?: RunTaskCounts;
}
