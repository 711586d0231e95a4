/** Makes a stream's checkpoints, one at a time, and remembers how they went. */
import { LIMITS } from "../protocol/limits.ts";
import { type Checkpoint, MOST_CHECKPOINTS } from "../protocol/state.ts";
import { type CheckpointHead, CheckpointStore, type StoredCheckpoint } from "./checkpoint-store.ts";
import type { StreamLog } from "./stream-options.ts";

/** A state as it is when a checkpoint begins; it must not change afterwards. */
export interface Capture {
	offset: number;
	fields: Record<string, unknown>;
	lines: string[];
}

export class Checkpointer {
	/** Newest last. */
	readonly history: Checkpoint[] = [];
	readonly #store: CheckpointStore;
	readonly #stream: string;
	readonly #log: StreamLog;
	#number = 0;
	#current: Promise<boolean> | undefined;

	constructor(directory: string, stream: string, log: StreamLog) {
		this.#store = new CheckpointStore(directory, stream);
		this.#stream = stream;
		this.#log = log;
	}

	get newest(): Checkpoint | undefined {
		return this.history.at(-1);
	}

	get newestCompleted(): Checkpoint | undefined {
		return this.history.findLast(({ status }) => status === "completed");
	}

	/** @returns false where it failed, which is told, or where another one is under way. */
	async make(capture: () => Capture, completed: (offset: number) => void): Promise<boolean> {
		if (this.#current) return false;
		this.#current = this.#make(capture(), completed);
		try {
			return await this.#current;
		} finally {
			this.#current = undefined;
		}
	}

	/** Waits for one under way. */
	async settled(): Promise<void> {
		await this.#current;
	}

	async #make({ offset, fields, lines }: Capture, completed: (offset: number) => void): Promise<boolean> {
		this.#number += 1;
		const checkpoint: Checkpoint = { id: String(this.#number), status: "running", progress: 0, startedAt: Date.now() };
		this.history.push(checkpoint);
		if (this.history.length > MOST_CHECKPOINTS) this.history.shift();
		try {
			const head: CheckpointHead = { format: 1, stream: this.#stream, checkpoint: this.#number, offset, ...fields };
			checkpoint.bytes = await this.#store.write(head, lines, (share) => {
				checkpoint.progress = share;
			});
			checkpoint.progress = 1;
			checkpoint.status = "completed";
			completed(offset);
			return true;
		} catch (error) {
			checkpoint.status = "failed";
			checkpoint.message = (error as Error).message.slice(0, LIMITS.textChars);
			this.#log("ERROR", `checkpoint ${this.#number} failed: ${checkpoint.message}`);
			return false;
		} finally {
			checkpoint.endedAt = Date.now();
		}
	}

	/** @returns the newest checkpoint that can be read. What cannot is told. */
	async restore(): Promise<StoredCheckpoint | undefined> {
		await this.settled();
		const { found, passedOver } = await this.#store.read().catch((error: Error) => ({ found: undefined, passedOver: [error.message] }));
		for (const words of passedOver) this.#log("WARNING", `a checkpoint was passed over: ${words}`);
		// Numbers go on where an earlier run stopped: a file is never written twice.
		if (found) this.#number = Math.max(this.#number, found.head.checkpoint);
		return found;
	}
}
