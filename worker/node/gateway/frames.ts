/** The frames that a gateway's store holds: a row each, under its run and number. What they count for is the store's matter. */

import type { UpFrame } from "../../../colony-bridge/protocol/wire/up.ts";
import type { Sql } from "../../../durable/storage/sql.ts";

export interface Line {
	seq: number;
	text: string;
	/** Instant of a tick, ms by the dashboard's clock. */
	at?: number;
}

export interface Held {
	frames: number;
	bytes: number;
}

/** Rows read at once. */
const MOST_ROWS = 1_000;
/** Bytes of frames that are worked on at once. */
export const STRETCH_BYTES = 8_000_000;

export class Frames {
	readonly #sql: Sql;

	constructor(sql: Sql) {
		this.#sql = sql;
	}

	/** Frames and bytes held, by run. */
	held(): Map<number, Held> {
		const text = "SELECT run, count(*) AS frames, sum(bytes) AS bytes FROM frames GROUP BY run";
		return new Map(this.#sql.all<{ run: number; frames: number; bytes: number }>(text).map(({ run, ...held }) => [run, held]));
	}

	heldOf(run: number, through = Number.MAX_SAFE_INTEGER): Held {
		const text = "SELECT count(*) AS frames, coalesce(sum(bytes), 0) AS bytes FROM frames WHERE run = ? AND seq <= ?";
		return this.#sql.all<{ frames: number; bytes: number }>(text, run, through)[0] ?? { frames: 0, bytes: 0 };
	}

	add(run: number, { seq, text, at }: Line): void {
		const insert = "INSERT INTO frames (run, seq, bytes, at, line) VALUES (?, ?, ?, ?, ?)";
		this.#sql.run(insert, run, seq, Buffer.byteLength(text), at ?? null, text);
	}

	/** Frames after `seq`, `bytes` of them, one at least. */
	next(run: number, seq: number, bytes: number): Line[] {
		const out: Line[] = [];
		const text = "SELECT seq, line AS text, at, bytes FROM frames WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?";
		let left = bytes;
		for (const row of this.#sql.all<{ seq: number; text: string; at: number | null; bytes: number }>(text, run, seq, MOST_ROWS)) {
			left -= row.bytes;
			if (left < 0 && out.length > 0) break;
			out.push({ seq: row.seq, text: row.text, ...(row.at !== null && { at: row.at }) });
		}
		return out;
	}

	/** The next of them after `seq`, `bytes` or as much as is worked on at once. They were checked when they came in. */
	stretch(run: number, seq: number, bytes = STRETCH_BYTES): UpFrame[] {
		const frames: UpFrame[] = [];
		let after = seq;
		for (let left = Math.min(bytes, STRETCH_BYTES); left > 0; ) {
			const lines = this.next(run, after, left);
			if (lines.length === 0) break;
			for (const { text } of lines) frames.push(JSON.parse(text) as UpFrame);
			left -= bytesOf(lines);
			after = lines.at(-1)?.seq as number;
		}
		return frames;
	}

	/** All after `seq`, a stretch at a time. */
	*stretches(run: number, seq: number): Generator<UpFrame[]> {
		let after = seq;
		for (let frames = this.stretch(run, after); frames.length > 0; frames = this.stretch(run, after)) {
			after = frames.at(-1)?.seq as number;
			yield frames;
		}
	}

	/** Others take the place of these, which follow each other. */
	replace(run: number, frames: readonly UpFrame[], others: readonly UpFrame[]): void {
		const [were, are] = [new Set(frames), new Set(others)];
		for (const frame of frames) if (!are.has(frame)) this.#sql.run("DELETE FROM frames WHERE run = ? AND seq = ?", run, frame.seq);
		for (const frame of others) if (!were.has(frame)) this.add(run, { seq: frame.seq, text: JSON.stringify(frame) });
	}

	remove(run: number, through = Number.MAX_SAFE_INTEGER): void {
		this.#sql.run("DELETE FROM frames WHERE run = ? AND seq <= ?", run, through);
	}
}

export function bytesOf(lines: readonly Line[]): number {
	return lines.reduce((bytes, { text }) => bytes + Buffer.byteLength(text), 0);
}
