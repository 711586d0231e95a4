/** Workers and the queue before them: who runs what, how many there are, and what becomes of a task that failed. */
import type { TaskEnd, TaskFailure } from "../protocol/wire/state.ts";
import { ColonyWorker } from "./colony-worker.ts";
import { DurationHistogram } from "./meters.ts";
import { TaskError, type TaskRecord, taskEnd } from "./task.ts";
import type { FromThread } from "./thread-messages.ts";

interface PoolEvents {
	ended(end: TaskEnd): void;
	taskLog(worker: string, message: Extract<FromThread, { type: "log" }>): void;
	retried(task: TaskRecord, failure: TaskFailure): void;
	died(worker: string, words: string): void;
}

/** Threads beyond this are a mistake on any machine. */
export const MOST_WORKERS = 512;

export class Pool {
	readonly counts = { completed: 0, failed: 0, cancelled: 0, retried: 0, submitted: 0 };
	readonly durations = new DurationHistogram();
	readonly waits = new DurationHistogram();
	readonly #events: PoolEvents;
	readonly #queue = new TaskQueue<TaskRecord>();
	#workers = new Map<string, ColonyWorker>();
	/** Totals of removed workers, so that counters never decrease. */
	readonly #past = new Map<string, ColonyWorker["counts"]>();
	/** Workers that wait for a task, in the order in which they began to. */
	readonly #idle = new Set<ColonyWorker>();
	#stopped = false;

	constructor(events: PoolEvents) {
		this.#events = events;
	}

	get workers(): Iterable<ColonyWorker> {
		return this.#workers.values();
	}
	get size(): number {
		return this.#workers.size;
	}
	get queued(): number {
		return this.#queue.size;
	}
	get stopped(): boolean {
		return this.#stopped;
	}

	firstQueued(count: number): TaskRecord[] {
		return this.#queue.first(count);
	}

	/** Counts of every worker there ever was. */
	*everyWorkersCounts(): Iterable<[worker: string, counts: ColonyWorker["counts"]]> {
		for (const [id, counts] of this.#past) if (!this.#workers.has(id)) yield [id, counts];
		for (const { id, counts } of this.#workers.values()) yield [id, counts];
	}

	worker(id: string): ColonyWorker | undefined {
		return this.#workers.get(id);
	}

	submit(task: TaskRecord): void {
		this.counts.submitted += 1;
		this.#queue.add(task);
		this.#dispatch();
	}

	/** Adds workers under the lowest free numbers. */
	grow(count: number): void {
		for (let number = 1; this.#workers.size < count; number++) {
			const id = `worker-${number}`;
			if (this.#workers.has(id)) continue;
			const worker = new ColonyWorker(id, {
				free: (free) => {
					this.#idle.add(free);
					this.#dispatch();
				},
				done: (task, result) => this.#done(worker, task, result),
				failed: (task, failure, interrupted) => this.#failed(worker, task, failure, interrupted),
				log: (_, message) => this.#events.taskLog(id, message),
				died: (_, words) => {
					this.#idle.delete(worker);
					this.#events.died(id, words);
				},
			});
			Object.assign(worker.counts, this.#past.get(id));
			this.#workers.set(id, worker);
		}
	}

	/** Waits for the threads that are coming up. */
	async ready(): Promise<void> {
		await Promise.all([...this.#workers.values()].map((worker) => worker.ready()));
	}

	/** Lets the workers with the highest numbers go, each after its task or after `drainMs`. */
	async shrink(count: number, drainMs: number): Promise<void> {
		const byNumber = [...this.#workers.values()].sort((a, b) => numberOf(a.id) - numberOf(b.id));
		await Promise.all(
			byNumber.slice(count).map(async (worker) => {
				this.#idle.delete(worker);
				await worker.drain(drainMs);
				await worker.stop();
				this.#past.set(worker.id, worker.counts);
				this.#workers.delete(worker.id);
			}),
		);
	}

	/** @returns true where the running task ended by itself. */
	async restart(worker: ColonyWorker, drainMs: number): Promise<boolean> {
		this.#idle.delete(worker);
		const drained = await worker.drain(drainMs);
		await worker.restart();
		return drained;
	}

	/** Cancels what waits, gives what runs `drainMs`, ends all threads. */
	async stop(drainMs: number): Promise<void> {
		this.#stopped = true;
		for (let task = this.#queue.take(); task; task = this.#queue.take()) this.#cancel(task, "the colony was stopped before it ran");
		await this.shrink(0, drainMs);
		// A task that was interrupted with tries left is back in the queue.
		for (let task = this.#queue.take(); task; task = this.#queue.take()) this.#cancel(task, "the colony was stopped while it ran");
	}

	#dispatch(): void {
		for (const worker of this.#idle) {
			const task = this.#stopped ? undefined : this.#queue.take();
			if (!task) return;
			this.#idle.delete(worker);
			this.waits.observe((Date.now() - task.queuedAt) / 1000);
			worker.give(task);
		}
	}

	#done(worker: ColonyWorker, task: TaskRecord, result: unknown): void {
		worker.counts.completed += 1;
		this.counts.completed += 1;
		this.#observe(task);
		this.#events.ended(taskEnd(task, "completed"));
		task.resolve(result);
	}

	#failed(worker: ColonyWorker, task: TaskRecord, failure: TaskFailure, interrupted: boolean): void {
		this.#observe(task);
		if (this.#stopped && interrupted) {
			this.#cancel(task, "the colony was stopped while it ran");
			return;
		}
		if (task.attempt <= task.retries) {
			this.counts.retried += 1;
			this.#events.retried(task, failure);
			task.attempt += 1;
			delete task.worker;
			delete task.startedAt;
			delete task.progress;
			this.#queue.add(task);
			this.#dispatch();
			return;
		}
		worker.counts.failed += 1;
		this.counts.failed += 1;
		this.#events.ended(taskEnd(task, "failed", failure));
		task.reject(new TaskError(task, failure));
	}

	#cancel(task: TaskRecord, message: string): void {
		this.counts.cancelled += 1;
		const failure = { type: "Cancelled", message };
		this.#events.ended(taskEnd(task, "cancelled", failure));
		task.reject(new TaskError(task, failure));
	}

	#observe(task: TaskRecord): void {
		if (task.startedAt !== undefined) this.durations.observe((Date.now() - task.startedAt) / 1000);
	}
}

function numberOf(id: string): number {
	return Number(id.slice(id.lastIndexOf("-") + 1));
}

/** First in, first out; taking is constant time however long the queue. */
export class TaskQueue<T> {
	#items: (T | undefined)[] = [];
	#head = 0;

	get size(): number {
		return this.#items.length - this.#head;
	}

	add(item: T): void {
		this.#items.push(item);
	}

	/** For a task that was taken too early: it is next. */
	putBack(item: T): void {
		if (this.#head > 0) this.#items[--this.#head] = item;
		else this.#items.unshift(item);
	}

	take(): T | undefined {
		const item = this.#items[this.#head];
		if (item === undefined) return undefined;
		this.#items[this.#head++] = undefined;
		// Half of the array is behind the head: time to free it.
		if (this.#head > 64 && this.#head * 2 > this.#items.length) {
			this.#items = this.#items.slice(this.#head);
			this.#head = 0;
		}
		return item;
	}

	/** The first `count` that wait, in order. */
	first(count: number): T[] {
		return this.#items.slice(this.#head, this.#head + count) as T[];
	}
}
