import type { Part, Sql } from "../storage/sql.ts";
import { NewerVersion } from "../storage/storage-fault.ts";
import { decodeEntry, type Entry } from "./entry.ts";

/**
 * The tables appear with the first write: reading a cluster nobody ever pushed to leaves no storage behind.
 *
 * - `log`: one entry a row, in a ring of slots; `at` is its instant, ms, and `chars` counts the lap's text up to here.
 * - `log_lap`: where each lap of the ring begins: position `first` lies in slot `base`.
 * - `keyframe`: the state at a position as JSON, cut into parts; `part` is `position * 64 + i`, `packed` says whether it is compressed.
 * - `moment`: the instant of each keyframe, ms, its bytes, whether it is compressed, and whether a colony was heard for the last time before it.
 */
export const LOG: Part = {
	name: "log",
	tables: ["log", "log_lap", "keyframe", "moment"],
	steps: [
		{
			id: "log and keyframes",
			run: [
				"CREATE TABLE log (slot INTEGER PRIMARY KEY, position INTEGER NOT NULL, at INTEGER NOT NULL, chars INTEGER NOT NULL, entry TEXT NOT NULL)",
				"CREATE TABLE log_lap (first INTEGER PRIMARY KEY, base INTEGER NOT NULL)",
				"CREATE TABLE keyframe (part INTEGER PRIMARY KEY, packed INTEGER NOT NULL, body BLOB NOT NULL)",
				"CREATE TABLE moment (position INTEGER PRIMARY KEY, at INTEGER NOT NULL, bytes INTEGER NOT NULL, packed INTEGER NOT NULL, last INTEGER NOT NULL)",
			],
		},
	],
};

/**
 * The log: truth of the cluster. One entry is one row, and a row that is no longer needed is written over: an upsert of a slot is one row
 * written, where an insert and a delete are two, and rows written are what a Durable Object is billed for.
 *
 * The ring goes round in laps. A lap ends when it holds `entries` rows or half of `chars`, whichever comes first, so the ring is bounded both
 * ways; the next lap writes over it from its first slot on. Position p of a lap that begins with `first` in slot `base` lies in slot
 * `base + p - first`, and says its position itself, so what has been written over is never taken for what was there.
 */
export interface LogBounds {
	/** Rows in one lap: about so many entries can be read back. */
	entries: number;
	/** Characters of all entries together. */
	chars: number;
}

/** 48 hours of a push every five seconds; at 4 kB a push, 140 MB. */
export const LOG_BOUNDS: LogBounds = { entries: 35_000, chars: 400_000_000 };

export const LOG_SQL = {
	laps: "SELECT first, base FROM log_lap WHERE first > ? ORDER BY first",
	read: "SELECT slot, position, chars, entry FROM log WHERE slot >= ? AND slot < ? ORDER BY slot",
	at: "SELECT position, at FROM log WHERE slot = ?",
	put: `INSERT INTO log (slot, position, at, chars, entry) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (slot) DO UPDATE SET position = excluded.position, at = excluded.at, chars = excluded.chars, entry = excluded.entry`,
	addLap: "INSERT INTO log_lap (first, base) VALUES (?, ?)",
	dropLaps: "DELETE FROM log_lap WHERE first < ?",
	dropBelow: "DELETE FROM log WHERE slot < ?",
	dropFrom: "DELETE FROM log WHERE slot >= ?",
} as const;

/** Rows fetched at once: enough to be quick, few enough that large entries do not pile up in memory. */
const BATCH = 16;
/** Slots between one ring and another. */
const NEXT_RING = 1_000_000_000;

interface Lap {
	first: number;
	base: number;
}
interface LogRow {
	[column: string]: string | number;
	slot: number;
	position: number;
	chars: number;
	entry: string;
}
interface ReadEntry {
	position: number;
	/** Or what is wrong with its text. */
	entry: Entry | Error;
	/** Length of its text. */
	chars: number;
}

export class Log {
	readonly #sql: Sql;
	readonly #bounds: LogBounds;
	/** Oldest first: the lap being written, the one it writes over, and those before that still hold what a restart needs. */
	#laps: Lap[];
	/** Newest position, and characters of its lap so far: known once the log has been read to its end. */
	#newest = 0;
	#lapChars = 0;

	/** @param exists whether the tables are there. */
	constructor(sql: Sql, exists: boolean, bounds: LogBounds = LOG_BOUNDS) {
		this.#sql = sql;
		this.#bounds = bounds;
		this.#laps = exists ? sql.all<{ first: number; base: number }>(LOG_SQL.laps, -1) : [];
	}

	/** The first position of the newest lap: from there on nothing has been written over. */
	get first(): number {
		return this.#laps.at(-1)?.first ?? 1;
	}

	/** The oldest position that can be read. */
	get oldest(): number {
		let oldest = this.#laps.at(-1)?.first ?? 1;
		let end = this.#newest + 1;
		const written = new Map<number, number>();
		for (const lap of this.#laps.toReversed()) {
			const over = written.get(lap.base) ?? 0;
			if (over < end - lap.first) oldest = lap.first + over;
			if (over > 0) break;
			written.set(lap.base, end - lap.first);
			end = lap.first;
		}
		return oldest;
	}

	/** Entries after a position, in order, to the end. @throws where they have been written over. */
	*after(position: number): Generator<ReadEntry> {
		this.#newest = Math.max(this.#newest, position);
		for (let next = position + 1; ; ) {
			const { slot, until } = this.#place(next);
			const rows = this.#sql.all<LogRow>(LOG_SQL.read, slot, Math.min(slot + BATCH, until));
			for (const row of rows) {
				if (row.position !== next) {
					if (row.position > next) throw new Error(`entry ${next} of the log was overwritten by ${row.position}`);
					return;
				}
				this.#newest = next;
				this.#lapChars = row.chars;
				yield { position: next, entry: decoded(row.entry), chars: row.entry.length };
				next++;
			}
			if (rows.length === 0) return;
		}
	}

	/** Entries of (after, until], each of which can be read. Nothing of the log's own place changes. */
	*between(after: number, until: number): Generator<ReadEntry> {
		for (let next = after + 1; next <= until; ) {
			const { slot, until: end } = this.#place(next);
			const rows = this.#sql.all<LogRow>(LOG_SQL.read, slot, Math.min(slot + Math.min(BATCH, until - next + 1), end));
			for (const row of rows) {
				if (row.position !== next) throw new Error(`entry ${next} of the log was overwritten by ${row.position}`);
				yield { position: next, entry: decoded(row.entry), chars: row.entry.length };
				next++;
			}
			if (rows.length === 0) throw new Error(`entry ${next} of the log is not there`);
		}
	}

	/** The newest position that was written at an instant or before it, ms; 0: none that can be read. */
	positionAt(at: number): number {
		let [from, to] = [this.oldest, this.#newest];
		if (to < from || (this.#instantOf(from) ?? Number.POSITIVE_INFINITY) > at) return 0;
		// Invariant: `from` was written by then, what lies after `to` was not.
		while (from < to) {
			const middle = Math.ceil((from + to) / 2);
			if ((this.#instantOf(middle) ?? Number.POSITIVE_INFINITY) <= at) from = middle;
			else to = middle - 1;
		}
		return from;
	}

	/** When the oldest entry that can be read was written, ms; undefined: there is none. */
	get oldestAt(): number | undefined {
		return this.#instantOf(this.oldest);
	}

	#instantOf(position: number): number | undefined {
		const [row] = this.#sql.all<{ position: number; at: number }>(LOG_SQL.at, this.#place(position).slot);
		return row?.position === position ? row.at : undefined;
	}

	/** True if the entry after a position can be read, or is the next to be written. */
	goesOnAfter(position: number): boolean {
		return this.#laps.length === 0 || (this.#lapOf(position + 1) !== undefined && this.#follows(position));
	}

	#follows(position: number): boolean {
		const { slot } = this.#place(position + 1);
		const [row] = this.#sql.all<{ position: number; at: number }>(LOG_SQL.at, slot);
		return row === undefined || row.position <= position + 1;
	}

	/** Inside a transaction. @param floor entries up to here are no longer needed to come back after a restart. */
	append(position: number, at: number, text: string, floor: number): void {
		const slot = this.#nextSlot(position, text.length, floor);
		this.#lapChars += text.length;
		this.#sql.run(LOG_SQL.put, slot, position, at, this.#lapChars, text);
		this.#newest = position;
	}

	#nextSlot(position: number, chars: number, floor: number): number {
		const lap = this.#laps.at(-1);
		if (!lap) return this.#begin(position, 0, floor);
		const count = position - lap.first;
		const full = count >= this.#bounds.entries || (count > 0 && this.#lapChars + chars > this.#bounds.chars / 2);
		// Entries that a restart needs must be well inside this lap, or the next one would soon overwrite them.
		if (full && (position - floor) * 2 <= count) {
			this.#sql.run(LOG_SQL.dropBelow, lap.base);
			this.#sql.run(LOG_SQL.dropFrom, lap.base + count);
			return this.#begin(position, lap.base, floor);
		}
		const occupant = this.#occupant(lap, count);
		// Still needed, where the floor does not move on: leave the ring and go round in another.
		if (occupant > floor) return this.#begin(position, lap.base + NEXT_RING, floor);
		return lap.base + count;
	}

	/** The position that would be written over; 0: none. */
	#occupant(lap: Lap, count: number): number {
		const before = this.#laps.at(-2);
		if (before?.base !== lap.base) return 0;
		const position = before.first + count;
		return position < lap.first ? position : 0;
	}

	#begin(position: number, base: number, floor: number): number {
		this.#sql.run(LOG_SQL.addLap, position, base);
		const laps = [...this.#laps, { first: position, base }];
		this.#laps = laps.filter((_, i) => i >= laps.length - 2 || (laps[i + 1]?.first ?? 0) > floor);
		this.#sql.run(LOG_SQL.dropLaps, this.#laps[0]?.first ?? 0);
		this.#lapChars = 0;
		return base;
	}

	#lapOf(position: number): Lap | undefined {
		return this.#laps.findLast((lap) => lap.first <= position);
	}

	#place(position: number): { slot: number; until: number } {
		const lap = this.#lapOf(position);
		if (!lap) {
			const first = this.#laps[0]?.first;
			if (first !== undefined) throw new Error(`entry ${position} of the log was overwritten; it begins with ${first}`);
			return { slot: 0, until: 0 };
		}
		const next = this.#laps.find((each) => each.first > position);
		const slot = lap.base + position - lap.first;
		return { slot, until: next ? lap.base + next.first - lap.first : Number.MAX_SAFE_INTEGER };
	}
}

/** @throws NewerVersion */
function decoded(text: string): Entry | Error {
	try {
		return decodeEntry(text);
	} catch (error) {
		if (error instanceof NewerVersion) throw error;
		return error as Error;
	}
}
