import { Worker } from "node:worker_threads";
import type { FromThread, TaskOrder, ToThread } from "./thread-messages.ts";

/**
 * A module of ours beside another one, for a thread to load. From source it is TypeScript, which Node strips of its types; built, it is
 * JavaScript in the same place.
 *
 * @param base the asking module's `import.meta.url`. @param name file name without its ending.
 */
export function ownFile(base: string, name: string): URL {
	return new URL(`./${name}${base.endsWith(".ts") ? ".ts" : ".js"}`, base);
}

/** One operating-system thread of a worker, from its start to its end. */
interface ThreadEvents {
	message(message: FromThread): void;
	/** The thread is over, for whatever reason. @param error what killed it, where something did. */
	exited(exitCode: number, error: Error | undefined): void;
}

/** Resource use of the thread. A field the runtime does not provide is absent. */
export interface ThreadUsage {
	/** CPU time since it began, in ms. */
	cpuMs?: number;
	/** Heap and what hangs on it, in bytes. */
	memoryBytes: number;
	/** Heap limit, bytes. */
	memoryLimitBytes: number;
	/** Time its event loop was busy and idle since it began, in ms. */
	loop: { active: number; idle: number };
}

const ENTRY = ownFile(import.meta.url, "thread-entry");

export class Thread {
	readonly #worker: Worker;

	constructor(name: string, events: ThreadEvents) {
		// Flags of the main thread (an inspector, a test runner's loader) are not the worker's.
		this.#worker = new Worker(ENTRY, { name, execArgv: [] });
		let killer: Error | undefined;
		this.#worker.on("message", (message: FromThread) => events.message(message));
		this.#worker.on("messageerror", (error) => {
			killer = error;
			void this.#worker.terminate();
		});
		this.#worker.on("error", (error: unknown) => {
			killer = error instanceof Error ? error : new Error(String(error));
		});
		this.#worker.on("exit", (code) => events.exited(code, killer));
	}

	/** @throws DataCloneError where an argument cannot be sent to a thread. */
	run(order: TaskOrder): void {
		this.#worker.postMessage({ type: "run", order } satisfies ToThread);
	}

	/** Ends the thread at once. `exited` follows. */
	async terminate(): Promise<void> {
		await this.#worker.terminate();
	}

	/** Asked from outside, so that a thread busy in a long loop answers too. @returns undefined where it is over. */
	async usage(): Promise<ThreadUsage | undefined> {
		try {
			const worker = this.#worker;
			// Node 22 has no cpuUsage() of a worker.
			const [heap, cpu] = await Promise.all([worker.getHeapStatistics(), worker.cpuUsage?.()]);
			const { active, idle } = worker.performance.eventLoopUtilization();
			return {
				...(cpu && { cpuMs: (cpu.user + cpu.system) / 1000 }),
				memoryBytes: heap.used_heap_size + heap.malloced_memory + (heap.external_memory ?? 0),
				memoryLimitBytes: heap.heap_size_limit,
				loop: { active, idle },
			};
		} catch {
			return undefined;
		}
	}
}
