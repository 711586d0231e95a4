import type { Sql } from "../../storage/sql.ts";

/** Blocks that were read lately, ready to be read again: a page asks for many series of one row, and a chart for the same rows at every push. */
export class BlockCache<B> {
	readonly #most: number;
	/** Least lately used first. */
	readonly #kept = new Map<number, { block: B; bytes: number }>();
	#bytes = 0;

	/** @param most bytes to keep, as they lie on disk. */
	constructor(most: number) {
		this.#most = most;
	}

	/** @param read gives the block's bytes, undefined where there is none. */
	get(key: number, read: () => Uint8Array | undefined, parse: (bytes: Uint8Array) => B): B | undefined {
		const known = this.#kept.get(key);
		if (known) {
			this.#kept.delete(key);
			this.#kept.set(key, known);
			return known.block;
		}
		const bytes = read();
		if (!bytes) return undefined;
		const block = parse(bytes);
		this.#kept.set(key, { block, bytes: bytes.length });
		this.#bytes += bytes.length;
		for (const [oldest, { bytes }] of this.#kept) {
			if (this.#bytes <= this.#most || oldest === key) break;
			this.#kept.delete(oldest);
			this.#bytes -= bytes;
		}
		return block;
	}

	/** The block has changed. */
	forget(key: number): void {
		this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
		this.#kept.delete(key);
	}
}

/**
 * A table of blocks: `history_span`, `history_minute`, `history_ten_minute`, and `history_late`. The key of a row is the cut of time it covers
 * (of late samples: the part it belongs to) and its first series, packed, so that one step down the primary key finds the row of a series.
 */
/** Room for series numbers in a key. */
export const SERIES_ROOM = 2 ** 28;

export type BlockTable = "history_span" | "history_minute" | "history_ten_minute" | "history_late";

/** What every kind of block says. */
export interface Listed {
	/** Its series, ascending. */
	readonly series: Uint32Array;
}

const CACHE_BYTES = 3_000_000;

export class BlockRows<B extends Listed> {
	readonly #sql: Sql;
	readonly #room: number;
	readonly #parse: (bytes: Uint8Array) => B;
	readonly #cache = new BlockCache<B>(CACHE_BYTES);
	readonly #read: string;
	readonly #write: string;
	readonly #below: string;
	readonly #above: string;
	readonly #oldest: string;
	readonly #delete: string;
	readonly #drop: string;

	constructor(sql: Sql, table: BlockTable, room: number, parse: (bytes: Uint8Array) => B) {
		this.#room = room;
		this.#sql = sql;
		this.#parse = parse;
		this.#read = `SELECT block FROM ${table} WHERE key = ?`;
		this.#write = `INSERT INTO ${table} (key, block) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET block = excluded.block`;
		this.#below = `SELECT key FROM ${table} WHERE key <= ? AND key >= ? ORDER BY key DESC LIMIT 1`;
		this.#above = `SELECT key FROM ${table} WHERE key > ? AND key < ? ORDER BY key LIMIT 1`;
		this.#oldest = `SELECT key FROM ${table} WHERE key < ? ORDER BY key LIMIT ?`;
		this.#delete = `DELETE FROM ${table} WHERE key = ?`;
		this.#drop = `DELETE FROM ${table} WHERE key >= ? AND key < ?`;
	}

	write(cut: number, first: number, block: Uint8Array): void {
		const key = cut * this.#room + first;
		this.#sql.run(this.#write, key, block);
		this.#cache.forget(key);
	}

	/** The block of this cut that may hold the series: the last one that begins with it or before it. */
	find(cut: number, series: number): B | undefined {
		const row = this.#sql.all<{ key: number }>(this.#below, cut * this.#room + series, cut * this.#room)[0];
		return row && this.#cache.get(row.key, () => this.#sql.all<{ block: Uint8Array }>(this.#read, row.key)[0]?.block, this.#parse);
	}

	/** Last series that any block of this cut has. */
	lastSeries(cut: number): number | undefined {
		return this.find(cut, this.#room - 1)?.series.at(-1);
	}

	/** First series of the next row of this cut that begins after the series. */
	next(cut: number, series: number): number | undefined {
		const row = this.#sql.all<{ key: number }>(this.#above, cut * this.#room + series, (cut + 1) * this.#room)[0];
		return row && row.key - cut * this.#room;
	}

	/** First cut at or after this one, and before `until`, that has a row. */
	nextCut(cut: number, until: number): number | undefined {
		const row = this.#sql.all<{ key: number }>(this.#above, cut * this.#room - 1, until * this.#room)[0];
		return row && Math.floor(row.key / this.#room);
	}

	/** Deletes rows of cuts before this one, `most` at a time. @returns how many it deleted. */
	trim(cut: number, most: number): number {
		const keys = this.#sql.all<{ key: number }>(this.#oldest, cut * this.#room, most);
		for (const { key } of keys) this.#sql.run(this.#delete, key);
		return keys.length;
	}

	/** Deletes all rows of a cut that is not asked for any more. */
	drop(cut: number): void {
		this.#sql.run(this.#drop, cut * this.#room, (cut + 1) * this.#room);
	}
}
