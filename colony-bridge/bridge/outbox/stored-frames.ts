/**
 * Frames on disk, a row each, by run and number: those of a bridge's spool and those of a gateway's store. Rows are counted by what is beside
 * their text, so that neither opening nor evicting reads texts that stay.
 */
import { PROTOCOL_VERSION } from "../../protocol/wire/version.ts";
import type { Statements } from "../../sqlite.ts";
import type { Measure } from "./outbox-entry.ts";

/**
 * `protocol` is the version in which the frame is written. `at` is a tick's instant. A table with row ids: without them a look for a key would
 * read the texts of all rows on its way.
 */
export const FRAMES_TABLE = `CREATE TABLE frames (run INTEGER NOT NULL, seq INTEGER NOT NULL, protocol INTEGER NOT NULL, type TEXT NOT NULL,
	bytes INTEGER NOT NULL, samples INTEGER NOT NULL, events INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL,
	whole INTEGER NOT NULL, at INTEGER AS (iif(type = 'tick', until, NULL)), line TEXT NOT NULL, PRIMARY KEY (run, seq))`;

export interface StoredFrame extends Measure {
	seq: number;
	type: string;
	bytes: number;
}

export interface StoredLine {
	seq: number;
	text: string;
	bytes: number;
	/** Instant of a tick, ms. */
	at: number | null;
}

export interface StoredSize {
	frames: number;
	bytes: number;
}

/** Rows read at once. */
const MOST_ROWS = 1_000;

export class StoredFrames {
	readonly #sql: Statements;

	constructor(sql: Statements) {
		this.#sql = sql;
	}

	/** Frames and bytes of each run, and the newest protocol version among them. */
	held(): Map<number, StoredSize & { protocol: number }> {
		const text = "SELECT run, count(*) AS frames, sum(bytes) AS bytes, max(protocol) AS protocol FROM frames GROUP BY run";
		return new Map(
			this.#sql.all<{ run: number; frames: number; bytes: number; protocol: number }>(text).map(({ run, ...held }) => [run, held]),
		);
	}

	/** Size of a run's frames through a number. */
	heldOf(run: number, through = Number.MAX_SAFE_INTEGER): StoredSize {
		const text = "SELECT count(*) AS frames, coalesce(sum(bytes), 0) AS bytes FROM frames WHERE run = ? AND seq <= ?";
		return this.#sql.all<{ frames: number; bytes: number }>(text, run, through)[0] ?? { frames: 0, bytes: 0 };
	}

	/** A run's frames without their texts, in order. */
	list(run: number): StoredFrame[] {
		const text = `SELECT seq, type, bytes, samples, events, since AS "from", until, whole FROM frames WHERE run = ? ORDER BY seq`;
		return this.#sql
			.all<{ seq: number; type: string; bytes: number; samples: number; events: number; from: number; until: number; whole: number }>(
				text,
				run,
			)
			.map((row) => ({ ...row, whole: row.whole === 1 }));
	}

	add(run: number, { seq, type, bytes, samples, events, from, until, whole }: StoredFrame, line: string): void {
		const text = `INSERT OR REPLACE INTO frames (run, seq, protocol, type, bytes, samples, events, since, until, whole, line)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
		this.#sql.run(text, run, seq, PROTOCOL_VERSION, type, bytes, samples, events, from, until, whole ? 1 : 0, line);
	}

	/** @throws if there is no such frame. */
	text(run: number, seq: number): string {
		const [row] = this.#sql.all<{ line: string }>("SELECT line FROM frames WHERE run = ? AND seq = ?", run, seq);
		if (!row) throw new Error(`frame ${seq} is not on disk`);
		return row.line;
	}

	/** Frames after `seq`, `bytes` of them, one at least. */
	next(run: number, seq: number, bytes: number): StoredLine[] {
		const text = "SELECT seq, line AS text, at, bytes FROM frames WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?";
		const out: StoredLine[] = [];
		let left = bytes;
		for (const row of this.#sql.all<{ seq: number; text: string; at: number | null; bytes: number }>(text, run, seq, MOST_ROWS)) {
			left -= row.bytes;
			if (left < 0 && out.length > 0) break;
			out.push(row);
		}
		return out;
	}

	remove(run: number, seq: number): void {
		this.#sql.run("DELETE FROM frames WHERE run = ? AND seq = ?", run, seq);
	}

	removeThrough(run: number, seq = Number.MAX_SAFE_INTEGER): void {
		this.#sql.run("DELETE FROM frames WHERE run = ? AND seq <= ?", run, seq);
	}

	move(run: number, seq: number, to: number): void {
		this.#sql.run("UPDATE frames SET run = ? WHERE run = ? AND seq = ?", to, run, seq);
	}
}
