import type { LogLevel } from "../protocol/wire/state.ts";

/** A running task's interface to the colony, passed as its last argument. */
export interface TaskContext {
	readonly taskId: string;
	/** 1 for the first try. */
	readonly attempt: number;
	/** @param share of the work that is done, 0 to 1. Cheap to call often. */
	progress(share: number): void;
	log(level: LogLevel, message: string): void;
}
