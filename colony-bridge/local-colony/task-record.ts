/** A task from its submission to its end, as the colony keeps it. */
import { defined } from "../protocol/values/defined.ts";
import type { Task, TaskEnd, TaskFailure } from "../protocol/wire/state.ts";
import type { TaskOrder } from "./thread-messages.ts";

export interface TaskRecord {
	id: string;
	name: string;
	kind?: string;
	parent?: string;
	work: TaskOrder["work"];
	args: unknown[];
	/** Tries after the first. */
	retries: number;
	attempt: number;
	queuedAt: number;
	startedAt?: number;
	worker?: string;
	progress?: number;
	resolve(result: unknown): void;
	reject(error: Error): void;
}

/** A task that failed for good, or was cancelled. `cause` is absent: the original lived in another thread. */
export class TaskError extends Error {
	override readonly name = "TaskError";
	readonly taskId: string;
	/** Class of what was thrown, e.g. `SyntaxError`, `WorkerDied`, `Cancelled`. */
	readonly type: string | undefined;
	readonly attempts: number;

	constructor(task: TaskRecord, failure: TaskFailure) {
		super(failure.message);
		this.taskId = task.id;
		this.type = failure.type;
		this.attempts = task.attempt;
		if (failure.stack !== undefined) this.stack = failure.stack;
	}
}

export function taskView(task: TaskRecord): Task {
	const { id, name, kind, parent, worker, progress, queuedAt, startedAt } = task;
	return {
		id,
		name,
		status: worker === undefined ? "queued" : "running",
		queuedAt,
		...defined({ kind, parent, startedAt }),
		...(worker !== undefined && { worker, attempt: task.attempt }),
		...(progress !== undefined && { progress: Math.round(progress * 100) / 100 }),
	};
}

export function taskEnd(task: TaskRecord, status: TaskEnd["status"], error?: TaskFailure): TaskEnd {
	const { id, name, kind, parent, worker, queuedAt, startedAt } = task;
	return {
		id,
		name,
		status,
		queuedAt,
		endedAt: Date.now(),
		...defined({ kind, parent, startedAt, error }),
		...(worker !== undefined && { worker, attempt: task.attempt }),
	};
}
