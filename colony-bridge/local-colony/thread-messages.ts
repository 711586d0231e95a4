/** Messages between the colony and a worker's thread. Both ends are ours, so these are types without schemas. */
import { keepNewest } from "../protocol/values/objects.ts";
import type { LogLevel, TaskFailure } from "../protocol/wire/state.ts";

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

/** Inside a worker's thread: finds the function an order speaks of. */
export type TaskFunction = (...args: unknown[]) => unknown;

/** Compiled sources, newest last: a colony runs a few functions many times. */
const compiled = new Map<string, TaskFunction>();
const COMPILED = 200;

/** @throws where there is no such function, with what there is. */
export async function taskFunction(work: TaskOrder["work"]): Promise<TaskFunction> {
	if ("source" in work) return compile(work.source);
	const exports = (await import(work.module)) as Record<string, unknown>;
	const found = exports[work.name];
	if (typeof found === "function") return found as TaskFunction;
	const functions = Object.keys(exports).filter((name) => typeof exports[name] === "function");
	throw new TypeError(`module ${work.module} exports no function "${work.name}"; it exports ${functions.join(", ") || "none"}`);
}

function compile(source: string): TaskFunction {
	const existing = compiled.get(source);
	if (existing) return existing;
	// The source is a function of the very program this thread belongs to: nothing from outside gets here.
	const made = new Function(`return (${source}\n)`)() as TaskFunction;
	compiled.set(source, made);
	keepNewest(compiled, COMPILED);
	return made;
}
