/**
 * Reads a file as it grows, over rotation: where another file takes its name, the old one is read to its end and the new one from its
 * beginning; where it is cut short, or written anew under the same name, it is read from the beginning again.
 */
import type { Stats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { wordsOf } from "../../bridge/warnings.ts";
import { Utf16Units, type Wide, wideOf } from "../bounded-lines.ts";
import { HEAD, type LeftOff, type Rest, restOf } from "./left-off.ts";

const POLL_MS = 200;
const CHUNK = 65_536;
/** Bytes read in a row; a file of gigabytes does not keep the program from its other work. */
const MOST_AT_ONCE = 4_000_000;
const NEWLINE = 0x0a;

interface Followed {
	/** The following bytes are of this file, from `offset` on. */
	begin?(file: Pick<LeftOff, "dev" | "ino" | "offset">): void;
	/** The bytes before this one are skipped: the end of a partial line. */
	skipped?(offset: number): void;
	data(chunk: Buffer): void;
	/** The old file gets no more lines: its begun line is complete. */
	end(): void;
	/** The file with the unread rest is gone. */
	lost?(): void;
	/** The file can be read (undefined), or why not. */
	state(problem: string | undefined): void;
}

export class FileFollower {
	readonly #path: string;
	readonly #followed: Followed;
	readonly #pollMs: number;
	#fromEnd: boolean;
	#left: LeftOff | undefined;
	/** To be read before, and the file itself from where it was left. */
	#rest: Rest[] = [];
	#file: FileHandle | undefined;
	#position = 0;
	#head: Buffer = Buffer.alloc(0);
	/** Reading began in the middle of a line: its rest is skipped. */
	#inLine = false;
	#timer: NodeJS.Timeout | undefined;
	#work: Promise<void> = Promise.resolve();
	#stopped = false;

	constructor(path: string, fromEnd: boolean, followed: Followed, pollMs = POLL_MS) {
		this.#path = path;
		this.#fromEnd = fromEnd;
		this.#followed = followed;
		this.#pollMs = pollMs;
	}

	/** Goes on where it was left, whatever has been done to the file since. Before `start()`. */
	resume(left: LeftOff): void {
		this.#left = left;
	}

	/** The first bytes of the file that is read, base64. */
	get head(): string {
		return this.#head.toString("base64");
	}

	/** Encoding of the file; set with its first bytes. */
	get wide(): Wide | undefined {
		return wideOf(this.#head);
	}

	start(): void {
		this.#work = this.#poll();
	}

	/** Reads the rest and closes. */
	async stop(): Promise<void> {
		this.#stopped = true;
		clearTimeout(this.#timer);
		await this.#work;
		await this.#read().catch(() => {});
		await this.#close();
	}

	async #poll(): Promise<void> {
		let more = false;
		try {
			more = await this.#read();
			this.#followed.state(undefined);
		} catch (error) {
			await this.#close();
			const { code } = error as NodeJS.ErrnoException;
			this.#followed.state(code === "ENOENT" ? "there is no such file yet" : wordsOf(error));
			// A file that comes later is new from its first byte.
			this.#fromEnd = false;
		}
		if (this.#stopped) return;
		this.#timer = setTimeout(() => this.start(), more ? 0 : this.#pollMs);
	}

	/** @returns true where there is more to read at once. */
	async #read(): Promise<boolean> {
		if (!this.#file) await this.#open();
		const named = await stat(this.#path).catch((error: NodeJS.ErrnoException) => {
			// Renamed, and the next one is not there yet: the old one may still grow.
			if (error.code === "ENOENT") return undefined;
			throw error;
		});
		const own = await (this.#file as FileHandle).stat();
		if (own.size < this.#position || (await this.#anew(own))) {
			this.#restart();
			this.#followed.begin?.({ dev: own.dev, ino: own.ino, offset: 0 });
		}
		if (await this.#drain()) return true;
		if (!named || (named.ino === own.ino && named.dev === own.dev)) return false;
		this.#restart();
		await this.#close();
		return true;
	}

	async #open(): Promise<void> {
		if (this.#left) {
			const { rest, found } = await restOf(this.#path, this.#left);
			this.#rest = rest;
			this.#left = undefined;
			if (!found) this.#followed.lost?.();
			this.#fromEnd = false;
		}
		const { path, offset } = this.#rest.shift() ?? { path: this.#path, offset: 0 };
		this.#file = await open(path, "r");
		const { size, dev, ino } = await this.#file.stat();
		this.#position = this.#fromEnd ? size : offset;
		this.#head = Buffer.alloc(0);
		if (this.#fromEnd && size > 0) {
			await this.#keepHead(size);
			const last = await this.#bytes(Math.max(0, size - 2), 2);
			this.#inLine = this.#lineEnd(last) !== last.length;
		}
		this.#fromEnd = false;
		this.#followed.begin?.({ dev, ino, offset: this.#position });
	}

	/** The same file from its beginning. */
	#restart(): void {
		this.#followed.end();
		this.#position = 0;
		this.#head = Buffer.alloc(0);
		this.#inLine = false;
	}

	async #close(): Promise<void> {
		const file = this.#file;
		this.#file = undefined;
		await file?.close();
	}

	/** @returns true where there is more. */
	async #drain(): Promise<boolean> {
		for (let read = 0; read < MOST_AT_ONCE; ) {
			const chunk = await this.#bytes(this.#position, CHUNK);
			if (chunk.length === 0) return false;
			// Written anew since the last look at its beginning: these bytes are of another file, and the next look begins it.
			if (!(await this.#bytes(0, this.#head.length)).equals(this.#head)) return true;
			// With the bytes that are handed on, not at the next look: until then the file may have been written anew, as long as before.
			if (this.#position < HEAD) {
				this.#head = Buffer.concat([this.#head.subarray(0, this.#position), chunk.subarray(0, HEAD - this.#position)]);
			}
			this.#position += chunk.length;
			read += chunk.length;
			this.#hand(chunk);
		}
		return true;
	}

	#hand(chunk: Buffer): void {
		const start = this.#inLine ? this.#lineEnd(chunk) : 0;
		if (this.#inLine && start === 0) return;
		if (this.#inLine) this.#followed.skipped?.(this.#position - chunk.length + start);
		this.#inLine = false;
		this.#followed.data(chunk.subarray(start));
	}

	/** Place behind the first line end, 0 where there is none. */
	#lineEnd(chunk: Buffer): number {
		if (!this.wide) return chunk.indexOf(NEWLINE) + 1;
		const end = new Utf16Units(this.wide).lineEnd(chunk, 0);
		return end === -1 ? 0 : end + 2;
	}

	/** True if the beginning of the file has changed. Compared each time, because timestamps are too coarse. */
	async #anew({ size }: Stats): Promise<boolean> {
		const previous = this.#head;
		await this.#keepHead(size);
		return previous.length > 0 && !this.#head.subarray(0, previous.length).equals(previous);
	}

	async #keepHead(size: number): Promise<void> {
		this.#head = await this.#bytes(0, Math.min(HEAD, size));
	}

	async #bytes(position: number, length: number): Promise<Buffer> {
		if (length === 0) return Buffer.alloc(0);
		const buffer = Buffer.alloc(length);
		const { bytesRead } = await (this.#file as FileHandle).read(buffer, 0, length, position);
		return buffer.subarray(0, bytesRead);
	}
}
