/**
 * A windowed stream: records go into a bounded buffer, from there into tumbling event-time windows, and windows that are complete out
 * again. Its state goes to disk every few seconds; after a failure, or in the next process, it goes on from there.
 */
import type { Checkpoint, Stream } from "../protocol/wire/state.ts";
import { type Capture, Checkpointer } from "./checkpointer.ts";
import { streamView } from "./colony-view.ts";
import { BusyClock } from "./meters.ts";
import { TaskQueue } from "./pool.ts";
import { checkStreamOptions, type StreamLog, type StreamMark, type StreamNumbers, type StreamOptions } from "./stream-options.ts";
import { type FiredWindow, type OpenWindow, TumblingWindows } from "./tumbling-windows.ts";

/** Work in one go, in ms: then everything else in the process has its turn. */
const SLICE_MS = 5;
const REPLAY_RECORDS = 200_000;

export class WindowedStream<T, A> {
	readonly name: string;
	status: Stream["status"] = "stopped";
	message: string | undefined;
	readonly #options: StreamOptions<T, A>;
	readonly #log: StreamLog;
	readonly #mark: StreamMark;
	readonly #buffer = new TaskQueue<{ record: T }>();
	readonly #bufferSize: number;
	readonly #windows: TumblingWindows<T, A>;
	readonly #replay: ReplayLog<T>;
	readonly #checkpointer: Checkpointer | undefined;
	readonly #busy = new BusyClock();
	/** Handing windows out, which is part of being busy. */
	readonly #emitting = new BusyClock();
	readonly #full = new BusyClock();
	/** Records processed. */
	#offset = 0;
	#out = 0;
	#restores = 0;
	/** Windows that end here or before were handed out: a replay does not hand them out again. */
	#emittedUntil = 0;
	readonly #poison = new PoisonRecords();
	#heardAt = Date.now();
	#scheduled: NodeJS.Immediate | undefined;
	#timers: NodeJS.Timeout[] = [];
	#waiting: (() => void)[] = [];
	#restoring: Promise<void> | undefined;
	/** The highest totals reported: a replay makes no counter fall. */
	readonly #peak = { processed: 0, late: 0, fired: 0 };

	constructor(options: StreamOptions<T, A>, log: StreamLog, mark: StreamMark = () => {}) {
		checkStreamOptions(options as StreamOptions<never, unknown>);
		this.name = options.name;
		this.#options = options;
		this.#bufferSize = options.bufferSize ?? 10_000;
		this.#windows = new TumblingWindows(options);
		this.#replay = new ReplayLog(options.checkpoint ? REPLAY_RECORDS : 1);
		this.#mark = (kind, text) => mark(kind, `stream ${options.name} ${text}`);
		this.#log = (level, message) => log(level, `stream ${options.name}: ${message}`);
		if (options.checkpoint) this.#checkpointer = new Checkpointer(options.checkpoint.directory, options.name, this.#log);
	}

	/** Takes up the newest checkpoint, if there is one. @returns records that were in it: a source that can, goes on after them. */
	async start(): Promise<number> {
		if (this.status !== "stopped") throw new Error(`stream "${this.name}" runs already`);
		await this.#load();
		this.#replay.restart(this.#offset);
		this.status = "running";
		const { checkpoint, idleMs } = this.#options;
		if (checkpoint) this.#timers.push(setInterval(() => void this.checkpoint(), checkpoint.everyMs ?? 10_000));
		if (idleMs) this.#timers.push(setInterval(() => this.#idle(idleMs), Math.min(idleMs, 1000)));
		this.#schedule();
		return this.#offset;
	}

	/** Hands a record over. @returns when it has a place in the buffer: a source that waits for it is held back while the stream is slow. */
	async push(record: T): Promise<void> {
		while (this.#buffer.size >= this.#bufferSize) {
			if (this.status === "stopped") break;
			this.#full.begin();
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		}
		if (this.status === "stopped") throw new Error(`stream "${this.name}" is not running`);
		this.#heardAt = Date.now();
		this.#buffer.add({ record });
		this.#schedule();
	}

	/** Processes what waits, makes a last checkpoint, and stops. Open windows stay in the checkpoint. */
	async stop(): Promise<void> {
		if (this.status === "stopped") return;
		for (const timer of this.#timers.splice(0)) clearInterval(timer);
		while (this.#restoring || this.#buffer.size > 0) {
			await (this.#restoring ?? new Promise<void>((resolve) => this.#waiting.push(resolve)));
		}
		this.status = "stopped";
		clearImmediate(this.#scheduled);
		for (const wake of this.#waiting.splice(0)) wake();
		await this.#checkpointer?.settled();
		await this.checkpoint();
	}

	/** Makes a checkpoint now. @returns false where none was made. */
	async checkpoint(): Promise<boolean> {
		if (!this.#checkpointer || this.#restoring) return false;
		const forget = (offset: number) => {
			this.#replay.forget(offset);
			this.#poison.forget(offset);
		};
		return this.#checkpointer.make(() => this.#capture(), forget);
	}

	/** Oldest first. */
	get checkpoints(): readonly Checkpoint[] {
		return this.#checkpointer?.history ?? [];
	}

	numbers(): StreamNumbers {
		const { watermark, late, fired, size } = this.#windows;
		const peak = this.#peak;
		peak.processed = Math.max(peak.processed, this.#offset);
		peak.late = Math.max(peak.late, late);
		peak.fired = Math.max(peak.fired, fired);
		const done = this.#checkpointer?.newestCompleted;
		return {
			...peak,
			recordsIn: peak.processed + this.#buffer.size,
			recordsOut: this.#out,
			skipped: this.#poison.skipped,
			restores: this.#restores,
			openWindows: size,
			bufferFill: Math.min(1, this.#buffer.size / this.#bufferSize),
			busy: this.#busy.share(),
			throttle: this.#full.share(),
			...(watermark > 0 && { lagSeconds: Math.max(0, Date.now() - watermark) / 1000 }),
			...(done?.endedAt !== undefined && done.startedAt !== undefined && { checkpointSeconds: (done.endedAt - done.startedAt) / 1000 }),
			...(done?.bytes !== undefined && { checkpointBytes: done.bytes }),
		};
	}

	view(): Stream {
		return streamView(this, this.numbers(), {
			watermark: this.#windows.watermark,
			checkpoints: this.checkpoints,
			emitting: this.#emitting.share(),
		});
	}

	#schedule(): void {
		if (this.status !== "running" || this.#restoring || this.#scheduled || this.#buffer.size === 0) return;
		this.#scheduled = setImmediate(() => {
			this.#scheduled = undefined;
			this.#slice();
		});
	}

	#slice(): void {
		this.#busy.begin();
		const end = performance.now() + SLICE_MS;
		let failure: unknown;
		while (this.#buffer.size > 0 && !failure && performance.now() < end) {
			const { record } = this.#buffer.take() as { record: T };
			this.#replay.add(record);
			failure = this.#process(record);
		}
		this.#busy.end();
		if (this.#buffer.size < this.#bufferSize) {
			this.#full.end();
			for (const wake of this.#waiting.splice(0)) wake();
		}
		if (failure) {
			this.#restoring = this.#recover(failure).finally(() => {
				this.#restoring = undefined;
				this.#schedule();
			});
		} else if (this.#replay.crowded) void this.checkpoint();
		this.#schedule();
	}

	/** @returns what went wrong, if it did. */
	#process(record: T): unknown {
		try {
			if (!this.#poison.has(this.#offset)) this.#windows.add(record);
			this.#offset += 1;
			this.#emit(this.#windows.fire());
			return undefined;
		} catch (error) {
			return error ?? new Error("a rule of the stream threw nothing");
		}
	}

	#emit(fired: FiredWindow<A>[]): void {
		if (fired.length === 0) return;
		this.#emitting.begin();
		for (const window of fired) {
			if (window.end <= this.#emittedUntil) continue;
			this.#out += 1;
			try {
				this.#options.emit?.(window);
			} catch (error) {
				this.#log("ERROR", `a window could not be handed out: ${(error as Error).message}`);
			}
		}
		this.#emitting.end();
		const last = fired.at(-1);
		if (last) this.#emittedUntil = Math.max(this.#emittedUntil, last.end);
	}

	/** Back to the last checkpoint and on again. A record that fails a second time is left out. */
	async #recover(failure: unknown): Promise<void> {
		const at = this.#offset;
		const words = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
		const again = this.#poison.blame(at, !this.#checkpointer);
		this.status = "failed";
		this.message = `record ${at} failed: ${words}`;
		this.#log("ERROR", `${this.message}; ${again ? "it is left out" : "the stream goes back to its last checkpoint"}`);
		if (this.#checkpointer) {
			this.#restores += 1;
			this.#mark("restore", `goes back to its last checkpoint: ${this.message}`);
			await this.#load();
		}
		const { records, missing } = this.#replay.from(this.#offset);
		if (missing > 0) this.#log("ERROR", `${missing} records between the checkpoint and the failure are lost: they were no longer kept`);
		this.#offset += missing;
		let failed: unknown;
		for (const record of records) {
			failed = this.#process(record);
			if (failed) break;
		}
		if (failed) return this.#recover(failed);
		this.status = "running";
		this.message = undefined;
		this.#log("WARNING", `runs again, ${records.length} records were processed anew`);
	}

	/** The state becomes the newest checkpoint's; without one, by the empty state. */
	async #load(): Promise<void> {
		const stored = await this.#checkpointer?.restore();
		const head = stored?.head as
			| { offset: number; watermark: number; late: number; fired: number; out: number; skipped: number }
			| undefined;
		const open = (stored?.lines ?? []).map((line) => JSON.parse(line) as OpenWindow<A>);
		this.#windows.restore(head ?? { watermark: 0, late: 0, fired: 0 }, open);
		this.#offset = head?.offset ?? 0;
		this.#out = Math.max(this.#out, head?.out ?? 0);
		this.#poison.skipped = Math.max(this.#poison.skipped, head?.skipped ?? 0);
	}

	#capture(): Capture {
		const { watermark, late, fired } = this.#windows;
		const fields = { watermark, late, fired, out: this.#out, skipped: this.#poison.skipped };
		return { offset: this.#offset, fields, lines: Array.from(this.#windows.open(), (window) => JSON.stringify(window)) };
	}

	#idle(idleMs: number): void {
		if (this.status !== "running" || this.#buffer.size > 0 || this.#windows.watermark === 0 || Date.now() - this.#heardAt < idleMs) return;
		this.#windows.advance(Date.now() - this.#options.outOfOrderMs);
		this.#emit(this.#windows.fire());
	}
}

/** Records taken in since the last completed checkpoint, so that a stream can go back to it and on again without its source. */
class ReplayLog<T> {
	readonly #limit: number;
	#records: T[] = [];
	/** Offset of the first record kept. */
	#first = 0;

	/** @param limit records kept at most; past it the oldest go, and a restore says how many are missing. */
	constructor(limit: number) {
		this.#limit = limit;
	}

	get end(): number {
		return this.#first + this.#records.length;
	}

	get crowded(): boolean {
		return this.#records.length > this.#limit / 2;
	}

	add(record: T): void {
		this.#records.push(record);
		if (this.#records.length > this.#limit) this.forget(this.#first + Math.ceil(this.#limit / 10));
	}

	/** Records before `offset` are in a checkpoint. */
	forget(offset: number): void {
		if (offset <= this.#first) return;
		this.#records.splice(0, offset - this.#first);
		this.#first = offset;
	}

	/** @returns the records from `offset` on, and how many before them are no longer there. */
	from(offset: number): { records: T[]; missing: number } {
		const missing = Math.max(0, this.#first - offset);
		return { records: this.#records.slice(Math.max(0, offset - this.#first)), missing };
	}

	/** Nothing kept; the next record has this offset. */
	restart(offset: number): void {
		this.#records = [];
		this.#first = offset;
	}
}

/** Which records make a stream fail: the first failure may be chance, the second is the record's. */
class PoisonRecords {
	/** Records left out, ever. */
	skipped = 0;
	readonly #offsets = new Set<number>();
	#blamed = -1;

	/** The record at `offset` failed. @param last true where it gets no second try. @returns whether it is left out from now on. */
	blame(offset: number, last: boolean): boolean {
		const again = last || this.#blamed === offset;
		this.#blamed = offset;
		if (again) {
			this.#offsets.add(offset);
			this.skipped += 1;
		}
		return again;
	}

	has(offset: number): boolean {
		return this.#offsets.has(offset);
	}

	/** Records before `offset` never come again. */
	forget(offset: number): void {
		for (const known of this.#offsets) if (known < offset) this.#offsets.delete(known);
	}
}
