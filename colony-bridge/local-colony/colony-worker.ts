/** One named worker over its successive threads: what it does now, what it has done, and what happens when a thread ends. */
import type { TaskFailure, WorkerStatus } from "../protocol/wire/state.ts";
import { UsageMeter } from "./meters.ts";
import type { TaskRecord } from "./task.ts";
import { Thread } from "./thread.ts";
import type { FromThread } from "./thread-messages.ts";

interface WorkerOwner {
	/** The worker can take a task. */
	free(worker: ColonyWorker): void;
	done(task: TaskRecord, result: unknown): void;
	/** @param interrupted true where the task did not fail by itself: its thread was taken away. */
	failed(task: TaskRecord, failure: TaskFailure, interrupted: boolean): void;
	log(worker: ColonyWorker, message: Extract<FromThread, { type: "log" }>): void;
	/** A thread ended unexpectedly. @param words what happened and what follows. */
	died(worker: ColonyWorker, words: string): void;
}

/** Deaths in a row, with no task done in between, after which a worker counts as failed. */
const HOPELESS = 5;
const LONGEST_PAUSE_MS = 30_000;

export class ColonyWorker {
	readonly id: string;
	readonly usage = new UsageMeter();
	readonly counts = { completed: 0, failed: 0 };
	status: WorkerStatus = "starting";
	message: string | undefined;
	restarts = 0;
	startedAt = Date.now();
	task: TaskRecord | undefined;
	readonly #owner: WorkerOwner;
	#thread: Thread | undefined;
	#intent: "run" | "restart" | "stop" = "run";
	#deaths = 0;
	#pause: NodeJS.Timeout | undefined;
	/** Wait for the task to end or for the thread to come or go. */
	#watchers: (() => void)[] = [];

	constructor(id: string, owner: WorkerOwner) {
		this.id = id;
		this.#owner = owner;
		this.#spawn();
	}

	get thread(): Thread | undefined {
		return this.#thread;
	}

	#spawn(): void {
		this.startedAt = Date.now();
		this.#thread = new Thread(this.id, {
			message: (message) => this.#hear(message),
			exited: (code, error) => this.#exited(code, error),
		});
	}

	/** Starts a task. Only for a worker that is `idle`. */
	give(task: TaskRecord): void {
		task.worker = this.id;
		task.startedAt = Date.now();
		this.task = task;
		this.status = "busy";
		try {
			this.#thread?.run({ id: task.id, attempt: task.attempt, work: task.work, args: task.args });
		} catch (error) {
			const { name, message } = error as Error;
			// Not at once: a long row of such tasks would otherwise run one inside the other.
			queueMicrotask(() => this.#over({ type: name, message: `an argument of the task cannot be sent to a thread: ${message}` }));
		}
	}

	#hear(message: FromThread): void {
		if (message.type === "ready") {
			this.message = undefined;
			if (this.status === "starting" || this.status === "restarting" || this.status === "failed") this.status = "idle";
			this.#notify();
			if (this.status === "idle") this.#owner.free(this);
			return;
		}
		// Messages of a task that has ended are dropped.
		if (this.task?.id !== message.task) return;
		if (message.type === "progress") this.task.progress = message.share;
		else if (message.type === "log") this.#owner.log(this, message);
		else if (message.type === "done") this.#over(undefined, message.result);
		else this.#over(message.error);
	}

	#over(failure: TaskFailure | undefined, result?: unknown, interrupted = false): void {
		const { task } = this;
		if (!task) return;
		this.task = undefined;
		if (!interrupted) this.#deaths = 0;
		if (this.status === "busy" && !interrupted) this.status = "idle";
		if (failure) this.#owner.failed(task, failure, interrupted);
		else this.#owner.done(task, result);
		this.#notify();
		if (this.status === "idle") this.#owner.free(this);
	}

	/** Takes no more tasks. @returns true where the running one ended within `ms`. */
	async drain(ms: number): Promise<boolean> {
		if (this.status === "busy" || this.status === "idle") this.status = "draining";
		const deadline = performance.now() + ms;
		while (this.task && performance.now() < deadline) await this.#change(deadline - performance.now());
		return !this.task;
	}

	/** A fresh thread under the same name. @returns when it can take tasks. */
	async restart(): Promise<void> {
		this.#intent = "restart";
		this.status = "restarting";
		this.restarts += 1;
		clearTimeout(this.#pause);
		const before = this.#thread;
		if (before) await before.terminate();
		else this.#exited(0, undefined);
		await this.ready();
	}

	/** Waits for a thread that is coming up. Ends too where none will. */
	async ready(): Promise<void> {
		while (this.status === "starting" || this.status === "restarting") await this.#change(1000);
	}

	async stop(): Promise<void> {
		this.#intent = "stop";
		clearTimeout(this.#pause);
		await this.#thread?.terminate();
		this.status = "stopped";
		this.#notify();
	}

	#exited(code: number, error: Error | undefined): void {
		this.#thread = undefined;
		const intent = this.#intent;
		if (intent === "run") {
			this.#die(code, error);
		} else {
			const word = intent === "stop" ? "stopped" : "restarted";
			this.#over({ type: "WorkerRestarted", message: `${this.id} was ${word} while it ran this task` }, undefined, true);
			if (intent === "restart") {
				this.#intent = "run";
				this.#deaths = 0;
				this.#spawn();
			}
		}
		this.#notify();
	}

	#die(code: number, error: Error | undefined): void {
		this.#deaths += 1;
		this.restarts += 1;
		const why = error ? `${error.name}: ${error.message}` : `exit code ${code}`;
		const during = this.task ? ` while it ran ${this.task.name} (${this.task.id})` : "";
		const pause = this.#deaths < 2 ? 0 : Math.min(LONGEST_PAUSE_MS, 250 * 2 ** this.#deaths);
		this.status = this.#deaths >= HOPELESS ? "failed" : "restarting";
		this.message = `died ${this.#deaths} times in a row: ${why}`;
		const failure = { type: "WorkerDied", message: `${this.id} died${during}: ${why}`, ...(error?.stack && { stack: error.stack }) };
		this.#over(failure, undefined, true);
		this.#owner.died(this, `${failure.message}; a new thread takes its place${pause ? ` in ${pause / 1000} s` : ""}`);
		this.#pause = setTimeout(() => this.#spawn(), pause);
	}

	#notify(): void {
		for (const wake of this.#watchers.splice(0)) wake();
	}

	#change(ms: number): Promise<void> {
		return new Promise((resolve) => {
			const timer = setTimeout(resolve, ms);
			this.#watchers.push(() => {
				clearTimeout(timer);
				resolve();
			});
		});
	}
}
