/** What the colony and a worker's thread say to each other. Both ends are ours, so these are types. */
import type { LogLevel, TaskFailure } from "../protocol/state.ts";

/** One attempt of one task. */
export interface TaskOrder {
	id: string;
	attempt: number;
	work: { source: string } | { module: string; name: string };
	args: unknown[];
}

export type ToThread = { type: "run"; order: TaskOrder };

export type FromThread =
	| { type: "ready" }
	| { type: "progress"; task: string; share: number }
	| { type: "log"; task: string; level: LogLevel; message: string }
	| { type: "done"; task: string; result: unknown }
	| { type: "failed"; task: string; error: TaskFailure };
