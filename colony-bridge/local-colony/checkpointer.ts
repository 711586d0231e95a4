/**
 * Checkpoints of one stream on disk. A file has a line a record and a last line with the SHA-256 of all before it:
 *
 *     {"format":1,"stream":"words","checkpoint":12,...}
 *     {"key":"md","start":1764000000000,"value":{...},"records":7}
 *     {"sha256":"9f86d0…"}
 *
 * It is written beside its place, flushed to the disk and renamed, so a file with a checkpoint's name is a whole one. What does not
 * verify all the same (a disk's fault, a person's edit) is passed over for the one before.
 */
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { LIMITS } from "../protocol/wire/limits.ts";
import { type Checkpoint, MOST_CHECKPOINTS } from "../protocol/wire/state.ts";
import type { StreamLog } from "./stream-options.ts";

interface CheckpointHead {
	format: 1;
	stream: string;
	checkpoint: number;
	/** Records taken in when it was made. */
	offset: number;
	[field: string]: unknown;
}

interface StoredCheckpoint {
	head: CheckpointHead;
	/** JSON lines. */
	lines: string[];
}

const KEPT = 3;
const LINES_A_WRITE = 500;

export class CheckpointStore {
	readonly #directory: string;
	readonly #stream: string;

	/** @param stream names the files; characters that a file name cannot hold are replaced. */
	constructor(directory: string, stream: string) {
		this.#directory = directory;
		this.#stream = stream;
	}

	/** @returns bytes written. @param progress called with the share on disk, 0 to 1. */
	async write(head: CheckpointHead, lines: readonly string[], progress: (share: number) => void): Promise<number> {
		await mkdir(this.#directory, { recursive: true });
		const path = join(this.#directory, this.#fileName(head.checkpoint));
		const unfinished = `${path}.tmp`;
		const hash = createHash("sha256");
		const file = await open(unfinished, "w");
		let bytes = 0;
		const write = async (text: string) => {
			const data = Buffer.from(text);
			bytes += data.length;
			await file.writeFile(data);
		};
		try {
			const first = `${JSON.stringify(head)}\n`;
			hash.update(first);
			await write(first);
			for (let at = 0; at < lines.length; at += LINES_A_WRITE) {
				const part = lines
					.slice(at, at + LINES_A_WRITE)
					.map((line) => `${line}\n`)
					.join("");
				hash.update(part);
				await write(part);
				progress(Math.min(1, (at + LINES_A_WRITE) / lines.length));
			}
			await write(`${JSON.stringify({ sha256: hash.digest("hex") })}\n`);
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(unfinished, path);
		await this.#forgetOld();
		return bytes;
	}

	/** @returns the newest checkpoint that verifies, and what was passed over, in words. */
	async read(): Promise<{ found: StoredCheckpoint | undefined; passedOver: string[] }> {
		const passedOver: string[] = [];
		for (const name of (await this.#names()).reverse()) {
			try {
				return { found: verified(await readFile(join(this.#directory, name), "utf8"), this.#stream), passedOver };
			} catch (error) {
				passedOver.push(`${name}: ${(error as Error).message}`);
			}
		}
		return { found: undefined, passedOver };
	}

	async #names(): Promise<string[]> {
		const prefix = this.#fileName(0).slice(0, -"0000000000.checkpoint".length);
		try {
			const names = await readdir(this.#directory);
			return names.filter((name) => name.startsWith(prefix) && /^\d{10}\.checkpoint$/.test(name.slice(prefix.length))).sort();
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
			throw error;
		}
	}

	async #forgetOld(): Promise<void> {
		for (const name of (await this.#names()).slice(0, -KEPT)) await rm(join(this.#directory, name), { force: true });
	}

	#fileName(checkpoint: number): string {
		return `${encodeURIComponent(this.#stream).replaceAll("*", "%2A")}-${String(checkpoint).padStart(10, "0")}.checkpoint`;
	}
}

function verified(text: string, stream: string): StoredCheckpoint {
	const lines = text.split("\n");
	if (lines.pop() !== "") throw new Error("truncated: no newline at the end");
	const last = lines.pop() ?? "";
	const sum = createHash("sha256")
		.update(lines.map((line) => `${line}\n`).join(""))
		.digest("hex");
	if (last !== JSON.stringify({ sha256: sum })) throw new Error("the checksum does not match");
	const head = JSON.parse(lines.shift() ?? "") as CheckpointHead;
	if (head.format !== 1) throw new Error(`format ${String(head.format)} is not known; this version reads format 1`);
	if (head.stream !== stream) throw new Error(`it belongs to stream "${head.stream}"`);
	return { head, lines };
}

/** A state as it is when a checkpoint begins; it must not change afterwards. */
export interface Capture {
	offset: number;
	fields: Record<string, unknown>;
	lines: string[];
}

/** Makes a stream's checkpoints, one at a time, and remembers how they went. */
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

	/** @returns false where it failed, which is reported, or where another one is running. */
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

	/** @returns the newest readable checkpoint. Unreadable ones are reported. */
	async restore(): Promise<StoredCheckpoint | undefined> {
		await this.settled();
		const { found, passedOver } = await this.#store.read().catch((error: Error) => ({ found: undefined, passedOver: [error.message] }));
		for (const words of passedOver) this.#log("WARNING", `a checkpoint was passed over: ${words}`);
		// Numbers continue those of an earlier run: a file is never written twice.
		if (found) this.#number = Math.max(this.#number, found.head.checkpoint);
		return found;
	}
}
