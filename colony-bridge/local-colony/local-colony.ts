/** A colony in this process: worker threads that run functions, streams and checks, all of it reported. */
import { availableParallelism } from "node:os";
import * as v from "valibot";
import type { Colony, ColonySnapshot, Metric } from "../colony.ts";
import { checkOptions } from "../option-check.ts";
import { LIMITS } from "../protocol/wire/limits.ts";
import type { LogLevel } from "../protocol/wire/state.ts";
import type { ColonyEvent } from "../protocol/wire/up.ts";
import { type CheckFunction, CheckRunner, type CheckTimes } from "./check-runner.ts";
import { healthOf, poolMetrics, streamMetrics, workerView } from "./colony-view.ts";
import { MOST_WORKERS, Pool } from "./pool.ts";
import { OwnMetrics, ProcessMeter } from "./process-metrics.ts";
import { WindowedStream } from "./stream.ts";
import type { StreamOptions } from "./stream-options.ts";
import { parseSubmission, type TaskContext, type TaskFunction, type TaskModule, type TaskRecord, taskView } from "./task.ts";

const threads = (least: number) => {
	const words = `write a whole number from ${least} to ${MOST_WORKERS}`;
	return v.pipe(v.number(words), v.integer(words), v.minValue(least, words), v.maxValue(MOST_WORKERS, words));
};
const drainMs = "write ms, 0 or more";
const Options = v.strictObject({
	/** Threads. Default: as many as the machine runs at once. */
	numWorkers: v.optional(threads(1), () => availableParallelism()),
	/** The most that `scale` may make of them, for each takes memory: some 13 MB and what its tasks hold. */
	maxWorkers: v.optional(threads(1), MOST_WORKERS),
	/** Grace period of a running task at a restart, a scale-down or a stop, ms. */
	drainMs: v.optional(v.pipe(v.number(drainMs), v.finite(drainMs), v.minValue(0, drainMs)), 3000),
});
export type LocalColonyOptions = v.InferInput<typeof Options>;

export type Submitted<R> = Promise<R> & { readonly id: string };

/** Queued tasks listed one by one; `queued` counts all. */
const QUEUED_SHOWN = 100;
/** The colony's own voice among the logs, as HiveFrame calls it. */
const QUEEN = "queen";

export class LocalColony implements Colony {
	readonly name: string;
	readonly #numWorkers: number;
	readonly #maxWorkers: number;
	readonly #drainMs: number;
	readonly #hub = new EventHub();
	readonly #checks = new CheckRunner();
	readonly #process = new ProcessMeter();
	readonly #streams = new Map<string, WindowedStream<never, unknown>>();
	readonly #metrics = new OwnMetrics();
	readonly #pool: Pool;
	#phase: "new" | "running" | "stopped" = "new";
	#submitted = 0;
	#stopping: Promise<void> | undefined;

	/** @throws where an option is unknown or wrong. */
	constructor(name: string, options: LocalColonyOptions = {}) {
		if (typeof name !== "string" || name === "" || name.length > LIMITS.nameChars) {
			throw new TypeError(`invalid colony name "${name}"; write 1 to ${LIMITS.nameChars} characters`);
		}
		const { numWorkers, maxWorkers, drainMs } = checkOptions("LocalColony", Options, options);
		if (numWorkers > maxWorkers) throw new RangeError(`LocalColony: numWorkers (${numWorkers}) is above maxWorkers (${maxWorkers})`);
		this.name = name;
		this.#numWorkers = numWorkers;
		this.#maxWorkers = maxWorkers;
		this.#drainMs = drainMs;
		this.#pool = new Pool({
			ended: (end) => this.#emit({ type: "taskEnd", ...end }),
			taskLog: (worker, { level, message }) => this.log(level, message, worker),
			retried: ({ id, name: task, attempt, retries }, { message }) =>
				this.log("WARNING", `${task} (${id}) failed on try ${attempt} of ${retries + 1} and is tried again: ${message}`),
			died: (worker, words) => {
				this.log("ERROR", words);
				this.mark("death", words, worker);
			},
		});
	}

	/** Starts the workers. @returns when each can take tasks. @throws where the colony was started before. */
	async start(): Promise<void> {
		if (this.#phase !== "new") throw new Error(`colony "${this.name}" was started before; make a new one`);
		this.#phase = "running";
		this.#process.start();
		this.#checks.start();
		this.#pool.grow(this.#numWorkers);
		this.mark("start", `colony started with ${this.#numWorkers} workers`);
		await this.#pool.ready();
	}

	/** Cancels what waits, lets what runs end for a moment, stops streams with a last checkpoint, and leaves nothing running. */
	stop(): Promise<void> {
		this.#stopping ??= this.#stop();
		return this.#stopping;
	}

	async #stop(): Promise<void> {
		this.#phase = "stopped";
		this.#checks.stop();
		await Promise.all([...this.#streams.values()].map((stream) => stream.stop()));
		await this.#pool.stop(this.#drainMs);
		this.#process.stop();
		this.mark("stop", "colony stopped");
	}

	/**
	 * Runs a function on a worker. It gets the arguments as copies, and a `TaskContext` after them.
	 *
	 *     await colony.submit((a, b) => a + b, 1, 2);
	 *     await colony.submit({ module: new URL("./tasks.js", import.meta.url), name: "wordCount", retries: 2 }, path);
	 *
	 * @returns a promise of its result, with the task's id. It rejects with a `TaskError`; where nobody waits for it, the failure is still
	 * reported to the dashboard and does not end the process.
	 * @throws where it could not run in a thread at all.
	 */
	submit<A extends unknown[], R>(work: TaskFunction<[...A, TaskContext], R>, ...args: A): Submitted<Awaited<R>>;
	submit<A extends unknown[], R>(work: TaskFunction<A, R>, ...args: A): Submitted<Awaited<R>>;
	submit<R = unknown>(work: TaskModule, ...args: unknown[]): Submitted<R>;
	submit(work: TaskFunction<never[], unknown> | TaskModule, ...args: unknown[]): Submitted<unknown> {
		if (this.#phase === "stopped") throw new Error(`colony "${this.name}" is stopped and takes no tasks`);
		const parsed = parseSubmission(work);
		this.#submitted += 1;
		const id = `task-${this.#submitted}`;
		const { promise, resolve, reject } = Promise.withResolvers<unknown>();
		promise.catch(() => {});
		const task: TaskRecord = { id, ...parsed, args, attempt: 1, queuedAt: Date.now(), resolve, reject };
		this.#pool.submit(task);
		return Object.assign(promise, { id });
	}

	/** A running windowed stream, from its newest checkpoint where it has one. The colony stops it. */
	async stream<T, A>(options: StreamOptions<T, A>): Promise<WindowedStream<T, A>> {
		if (this.#streams.has(options.name)) throw new Error(`there is a stream "${options.name}" already`);
		const stream = new WindowedStream(
			options,
			(level, message) => this.#emit({ type: "log", at: Date.now(), level, source: QUEEN, stream: options.name, message }),
			(kind, text) => this.#emit({ type: "mark", at: Date.now(), kind, text, stream: options.name }),
		);
		this.#streams.set(options.name, stream as unknown as WindowedStream<never, unknown>);
		await stream.start();
		return stream;
	}

	/** A number of your own, read at each snapshot. NaN is no value. @returns what takes it away again. */
	addMetric(metric: Omit<Metric, "value">, read: () => number): () => void {
		return this.#metrics.add(metric, read);
	}

	/** A check of your own: it fails with the message that it throws. */
	addCheck(name: string, check: CheckFunction, times?: CheckTimes): void {
		this.#checks.add(name, check, times);
	}

	/** Tasks that wait for a worker. */
	get queued(): number {
		return this.#pool.queued;
	}

	log(level: LogLevel, message: string, source = QUEEN): void {
		this.#emit({ type: "log", at: Date.now(), level, source, message });
	}

	/** Something that deserves a mark on the time axis, such as a deploy. */
	mark(kind: string, text: string, worker?: string): void {
		this.#emit({ type: "mark", at: Date.now(), kind, text, ...(worker !== undefined && { worker }) });
	}

	subscribe(listener: (event: ColonyEvent) => void): () => void {
		return this.#hub.subscribe(listener);
	}

	/** A fresh thread for a worker. Its task may end first, for a while; then it is taken away and, with tries left, queued again. */
	async restartWorker(id: string): Promise<string> {
		const worker = this.#running().worker(id);
		if (!worker) throw new Error(`there is no worker "${id}"; there are ${Array.from(this.#pool.workers, (each) => each.id).join(", ")}`);
		if (worker.status === "draining" || worker.status === "restarting") throw new Error(`${id} is ${worker.status} already`);
		const task = worker.task;
		const drained = await this.#pool.restart(worker, this.#drainMs);
		const words = `${id} was restarted${!task ? "" : drained ? ` after ${task.name} (${task.id}) had ended` : `; ${task.name} (${task.id}) was taken away from it`}`;
		this.mark("restart", words, id);
		this.log("INFO", words);
		return words;
	}

	/** @param workers how many there shall be, 0 to `maxWorkers`. */
	async scale(workers: number): Promise<string> {
		const pool = this.#running();
		if (!Number.isInteger(workers) || workers < 0 || workers > this.#maxWorkers) {
			throw new RangeError(`invalid number of workers ${workers}; this colony takes a whole number from 0 to ${this.#maxWorkers}`);
		}
		const before = pool.size;
		if (workers === before) return `there are ${workers} workers already`;
		const words = `scaled from ${before} to ${workers} workers`;
		this.mark("scale", words);
		this.log("INFO", words);
		pool.grow(workers);
		await pool.shrink(workers, this.#drainMs);
		await pool.ready();
		return words;
	}

	async snapshot(): Promise<ColonySnapshot> {
		const pool = this.#pool;
		await Promise.all(Array.from(pool.workers, (worker) => worker.usage.measure(worker.thread)));
		const workers = Array.from(pool.workers, workerView);
		const running = Array.from(pool.workers, ({ task }) => task).filter((task) => task !== undefined);
		const streams = [...this.#streams.values()].map((stream) => stream.view());
		const checks = this.#checks.list();
		const metrics = poolMetrics(pool, this.#process.read());
		for (const [name, stream] of this.#streams) metrics.push(...streamMetrics(name, stream.numbers()));
		metrics.push(...this.#metrics.read((words) => this.log("WARNING", words)));
		return {
			health: healthOf(workers, streams, checks),
			workers,
			tasks: [...running, ...pool.firstQueued(QUEUED_SHOWN)].map(taskView),
			queued: pool.queued,
			streams,
			checks,
			metrics,
		};
	}

	#running(): Pool {
		if (this.#phase !== "running") throw new Error(`colony "${this.name}" is not running`);
		return this.#pool;
	}

	#emit(event: ColonyEvent): void {
		this.#hub.emit(event);
	}
}

/** A colony's events for its listeners. Events before the first listener are kept for it, a thousand at most. */
const KEPT = 1_000;

class EventHub {
	readonly #listeners = new Set<(event: ColonyEvent) => void>();
	#early: ColonyEvent[] = [];

	emit(event: ColonyEvent): void {
		if (this.#listeners.size === 0) {
			this.#early.push(event);
			if (this.#early.length > KEPT) this.#early.shift();
			return;
		}
		for (const listener of this.#listeners) listener(event);
	}

	subscribe(listener: (event: ColonyEvent) => void): () => void {
		// A wrapper, so that one function may listen twice.
		const own = (event: ColonyEvent) => listener(event);
		this.#listeners.add(own);
		for (const event of this.#early.splice(0)) own(event);
		return () => this.#listeners.delete(own);
	}
}
