/**
 * Records in a file: length and CRC-32 of the payload, four bytes each, then the payload. They detect a record that was torn when the process
 * or the machine died; reading ends there.
 */

import { closeSync, fdatasync, mkdirSync, openSync, readdirSync, readFileSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Place } from "./outbox-entry.ts";

const RECORD_HEAD = 8;
/** Longer than any record: a length beyond it is not one. */
const LONGEST = 64_000_000;

export function recordOf(payload: Buffer): Buffer {
	const head = Buffer.alloc(RECORD_HEAD);
	head.writeUInt32LE(payload.length, 0);
	head.writeUInt32LE(crc32(payload), 4);
	return Buffer.concat([head, payload]);
}

export interface ReadRecord {
	payload: Buffer;
	/** Offset of the payload in the file. */
	offset: number;
}

/** Complete records from the beginning. @returns the offset at which reading ended. */
export function* recordsIn(bytes: Buffer): Generator<ReadRecord, number> {
	let at = 0;
	while (at + RECORD_HEAD <= bytes.length) {
		const length = bytes.readUInt32LE(at);
		const offset = at + RECORD_HEAD;
		if (length > LONGEST || offset + length > bytes.length) return at;
		const payload = bytes.subarray(offset, offset + length);
		// A crash may leave zeros, which have a length and a checksum of zero.
		if (length === 0 || crc32(payload) !== bytes.readUInt32LE(at + 4)) return at;
		yield { payload, offset };
		at = offset + length;
	}
	return at;
}

const NAME = /^(\d{12})\.spool$/;
/** Delay of fdatasync after a write, ms. */
const SYNC_MS = 1000;

interface Segment {
	number: number;
	bytes: number;
	/** Records in use. */
	live: number;
	/** The newest entry put into it. */
	lastId: number;
	fd: number | undefined;
}

export class Segments {
	readonly #directory: string;
	readonly #segmentBytes: number;
	/** First record of each new segment. */
	readonly #opening: () => string;
	readonly #onError: (error: unknown) => void;
	/** Oldest first; the last is written to. */
	#segments: Segment[] = [];
	#bytes = 0;
	#syncing: NodeJS.Timeout | undefined;
	/** Files that are being synced, and those of them that are to be closed afterwards. */
	readonly #busy = new Set<number>();
	readonly #closing = new Set<number>();

	constructor(directory: string, segmentBytes: number, opening: () => string, onError: (error: unknown) => void) {
		this.#directory = directory;
		this.#segmentBytes = segmentBytes;
		this.#opening = opening;
		this.#onError = onError;
		mkdirSync(directory, { recursive: true });
	}

	get bytes(): number {
		return this.#bytes;
	}
	get count(): number {
		return this.#segments.length;
	}
	get oldest(): Segment | undefined {
		return this.#segments[0];
	}

	/** Segments of earlier processes, oldest first. They are read-only. */
	*left(): Generator<{ number: number; bytes: Buffer }> {
		const numbers = readdirSync(this.#directory)
			.flatMap((name) => NAME.exec(name)?.[1] ?? [])
			.map(Number)
			.sort((a, b) => a - b);
		for (const number of numbers) {
			const bytes = readFileSync(this.#path(number));
			this.#segments.push({ number, bytes: bytes.length, live: 0, lastId: 0, fd: undefined });
			this.#bytes += bytes.length;
			yield { number, bytes };
		}
	}

	/** Writes a record at the end. @param head its first line. @param body what follows it. @returns the body's location. @throws if the disk fails. */
	append(head: string, body = ""): Place {
		const current = this.#segments.at(-1);
		const target = current?.fd !== undefined && current.bytes < this.#segmentBytes ? current : this.begin();
		return this.#write(target, head, body);
	}

	begin(): Segment {
		const before = this.#segments.at(-1);
		if (before?.fd !== undefined) this.#sync(before.fd);
		const number = (before?.number ?? 0) + 1;
		const segment: Segment = { number, bytes: 0, live: 0, lastId: 0, fd: openSync(this.#path(number), "wx+", 0o600) };
		this.#segments.push(segment);
		this.#write(segment, this.#opening(), "");
		return segment;
	}

	#write(segment: Segment, head: string, body: string): Place {
		const text = Buffer.from(body);
		const record = recordOf(Buffer.concat([Buffer.from(`${head}\n`), text]));
		const at = segment.bytes;
		// A write that fails half way leaves a torn record: what follows it goes into a segment of its own.
		try {
			for (let done = 0; done < record.length; ) done += writeSync(segment.fd as number, record, done, record.length - done, at + done);
		} catch (error) {
			segment.bytes = this.#segmentBytes;
			throw error;
		}
		segment.bytes += record.length;
		this.#bytes += record.length;
		this.#syncing ??= setTimeout(() => {
			this.#syncing = undefined;
			const { fd } = this.#segments.at(-1) ?? {};
			if (fd !== undefined) this.#sync(fd);
		}, SYNC_MS).unref();
		return { segment: segment.number, offset: at + RECORD_HEAD + Buffer.byteLength(head) + 1, length: text.length };
	}

	#sync(fd: number): void {
		if (this.#busy.has(fd)) return;
		this.#busy.add(fd);
		fdatasync(fd, (error) => {
			this.#busy.delete(fd);
			if (error) this.#onError(error);
			if (this.#closing.delete(fd)) closeSync(fd);
		});
	}

	/** Not during a sync: the descriptor's number could be another file's by then. */
	#close(fd: number | undefined): void {
		if (fd === undefined) return;
		if (this.#busy.has(fd)) this.#closing.add(fd);
		else closeSync(fd);
	}

	/** @throws if it cannot be read. */
	read({ segment: number, offset, length }: Place): string {
		const segment = this.#find(number);
		if (!segment) throw new Error(`segment ${number} of the spool is gone`);
		segment.fd ??= openSync(this.#path(number), "r");
		const text = Buffer.alloc(length);
		for (let done = 0; done < length; ) {
			const read = readSync(segment.fd, text, done, length - done, offset + done);
			if (read === 0) throw new Error(`segment ${number} of the spool ends before byte ${offset + length}`);
			done += read;
		}
		return text.toString();
	}

	/** A record of this segment is in use. */
	hold(number: number, id: number): void {
		const segment = this.#find(number);
		if (!segment) return;
		segment.live += 1;
		segment.lastId = Math.max(segment.lastId, id);
	}

	/** A record of this segment is not needed any more. */
	free(number: number): void {
		const segment = this.#find(number);
		if (segment) segment.live -= 1;
		this.clean();
	}

	/** Deletes the oldest segments that hold no record in use, except the one being written. */
	clean(): void {
		while (this.#segments.length > 1 && this.#segments[0]?.live === 0) this.#remove(this.#segments.shift() as Segment);
	}

	#remove(segment: Segment): void {
		this.#close(segment.fd);
		rmSync(this.#path(segment.number), { force: true });
		this.#bytes -= segment.bytes;
	}

	close(): void {
		clearTimeout(this.#syncing);
		const current = this.#segments.at(-1);
		if (current?.fd !== undefined) this.#sync(current.fd);
		for (const { fd } of this.#segments) this.#close(fd);
		this.#segments = [];
	}

	#find(number: number): Segment | undefined {
		return this.#segments.findLast((segment) => segment.number === number);
	}

	#path(number: number): string {
		return join(this.#directory, `${String(number).padStart(12, "0")}.spool`);
	}
}
