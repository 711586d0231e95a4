/** A task from its submission to its end, as the colony keeps it. */

import { isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { defined } from "../protocol/values/objects.ts";
import { LIMITS } from "../protocol/wire/limits.ts";
import type { LogLevel, Task, TaskEnd, TaskFailure } from "../protocol/wire/state.ts";
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

/** A running task's interface to the colony, passed as its last argument. */
export interface TaskContext {
	readonly taskId: string;
	/** 1 for the first try. */
	readonly attempt: number;
	/** @param share of the work that is done, 0 to 1. Cheap to call often. */
	progress(share: number): void;
	log(level: LogLevel, message: string): void;
}

/** A submitted task: a self-contained function or a module's export, and its name on the dashboard. */
export interface TaskOptions {
	/** Groups tasks that do the same thing. Default: the function's name. */
	name?: string;
	kind?: string;
	/** Tries after a failed one. Default 0. */
	retries?: number;
	/** Id of the task this one belongs to. */
	parent?: string;
}

/** Runs in another thread: it sees its arguments and Node's globals, nothing around it. */
export type TaskFunction<P extends unknown[], R> = ((...params: P) => R) | ({ run: (...params: P) => R } & TaskOptions);

/** `module` is an absolute path or a URL; `name` is the export, "default" unless given. */
export type TaskModule = { module: string | URL } & TaskOptions;

interface ParsedSubmission {
	work: TaskOrder["work"];
	name: string;
	kind?: string;
	parent?: string;
	retries: number;
}

/** @throws TypeError where it could not run in a thread, saying how it could. */
export function parseSubmission(submission: TaskFunction<never[], unknown> | TaskModule): ParsedSubmission {
	if (typeof submission === "function") return { work: { source: sourceOf(submission) }, name: nameOf(submission.name), retries: 0 };
	if (typeof submission !== "object" || submission === null) {
		throw new TypeError("submit() takes a function, { run: function } or { module: path or URL }");
	}
	const { kind, parent, retries = 0 } = submission;
	if (!Number.isInteger(retries) || retries < 0) throw new RangeError(`invalid retries ${retries}; write a whole number from 0 up`);
	const rest = { retries, ...(kind !== undefined && { kind: nameOf(kind) }), ...(parent !== undefined && { parent: nameOf(parent) }) };
	if ("run" in submission) {
		return { work: { source: sourceOf(submission.run) }, name: nameOf(submission.name ?? submission.run.name), ...rest };
	}
	const module = moduleUrl(submission.module);
	const name = submission.name ?? "default";
	const called = name === "default" ? (fileURLToPath(module).split(/[\\/]/).at(-1) ?? name) : name;
	return { work: { module, name }, name: nameOf(called), ...rest };
}

function nameOf(name: string): string {
	return name.slice(0, LIMITS.nameChars) || "task";
}

const sources = new WeakMap<object, string>();

function sourceOf(run: unknown): string {
	if (typeof run !== "function") throw new TypeError(`submit() takes a function to run, not ${typeof run}`);
	const existing = sources.get(run);
	if (existing !== undefined) return existing;
	const source = Function.prototype.toString.call(run);
	try {
		new Function(`return (${source}\n)`);
	} catch {
		throw new TypeError(
			`function "${run.name}" cannot be sent to a thread: write it as function or arrow function (native and bound functions and methods have no such source), or submit { module, name }`,
		);
	}
	sources.set(run, source);
	return source;
}

function moduleUrl(module: string | URL): string {
	if (module instanceof URL) return module.href;
	if (typeof module === "string") {
		if (isAbsolute(module)) return pathToFileURL(module).href;
		if (module.startsWith("file:")) return module;
	}
	throw new TypeError(`module "${String(module)}" is not an absolute path or URL; write new URL("./tasks.js", import.meta.url)`);
}
