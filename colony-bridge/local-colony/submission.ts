/** A submitted task: a self-contained function or a module's export, and its name on the dashboard. */
import { isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { LIMITS } from "../protocol/wire/limits.ts";
import type { TaskOrder } from "./thread-messages.ts";

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

export interface ParsedSubmission {
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
	if (typeof run !== "function") throw new TypeError(`submit() takes a function to run, this is ${typeof run}`);
	const known = sources.get(run);
	if (known !== undefined) return known;
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
	throw new TypeError(`module "${String(module)}" is no absolute path or URL; write new URL("./tasks.js", import.meta.url)`);
}
