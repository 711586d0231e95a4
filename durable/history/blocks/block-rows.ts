import { setNewest } from "../../../colony-bridge/protocol/values/objects.ts";
import type { Sql } from "../../storage/sql.ts";
import type { Resident } from "../../work/resident.ts";
import { Block } from "./block.ts";
import { placeOf } from "./block-index.ts";

/** Blocks that were read lately, ready to be read again: a page asks for many series of one row, and a chart for the same rows at every push. */
class BlockCache<B extends Resident> {
	readonly #most: number;
	/** Least lately used first. */
	readonly #cached = new Map<number, { block: B; bytes: number }>();
	#bytes = 0;

	/** @param most resident bytes. */
	constructor(most: number) {
		this.#most = most;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#bytes;
	}

	/** @param read gives the block's bytes, undefined where there is none. */
	get(key: number, read: () => Uint8Array | undefined, parse: (bytes: Uint8Array) => B): B | undefined {
		const cached = this.#cached.get(key);
		if (cached) {
			setNewest(this.#cached, key, cached);
			return cached.block;
		}
		const stored = read();
		if (!stored) return undefined;
		const block = parse(stored);
		const { bytes } = block;
		this.#cached.set(key, { block, bytes });
		this.#bytes += bytes;
		for (const [oldest, { bytes }] of this.#cached) {
			if (this.#bytes <= this.#most || oldest === key) break;
			this.#cached.delete(oldest);
			this.#bytes -= bytes;
		}
		return block;
	}

	letGo(): void {
		this.#cached.clear();
		this.#bytes = 0;
	}

	/** The block has changed. */
	forget(key: number): void {
		this.#bytes -= this.#cached.get(key)?.bytes ?? 0;
		this.#cached.delete(key);
	}
}

/** Room for series numbers in a key. */
export const SERIES_ROOM = 2 ** 28;

const statements = (table: string) => ({
	read: `SELECT block FROM ${table} WHERE key = ?`,
	write: `INSERT INTO ${table} (key, block) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET block = excluded.block`,
	below: `SELECT key FROM ${table} WHERE key <= ? AND key >= ? ORDER BY key DESC LIMIT 1`,
	above: `SELECT key FROM ${table} WHERE key > ? AND key < ? ORDER BY key LIMIT 1`,
	oldest: `SELECT key FROM ${table} WHERE key < ? ORDER BY key LIMIT ?`,
	drop: `DELETE FROM ${table} WHERE key = ?`,
	dropPartition: `DELETE FROM ${table} WHERE key >= ? AND key < ?`,
});

/** The tables of blocks and their statements: constant texts, by which hosts cache what they have prepared. */
export const BLOCK_SQL = {
	history_block_2h: statements("history_block_2h"),
	history_bucket_1m: statements("history_bucket_1m"),
	history_bucket_10m: statements("history_bucket_10m"),
	history_out_of_order: statements("history_out_of_order"),
};

export interface Listed extends Resident {
	/** Its series, ascending. */
	readonly series: Uint32Array;
}

const CACHE_BYTES = 3_000_000;

/**
 * A table of blocks: `history_block_2h`, `history_bucket_1m`, `history_bucket_10m`, and `history_out_of_order`. The key of a row is the partition of time it covers
 * (of out-of-order samples: the part it belongs to) and its first series, packed, so that one step down the primary key finds the row of a series.
 */
export class BlockRows<B extends Listed> {
	readonly #sql: Sql;
	readonly #room: number;
	readonly #parse: (bytes: Uint8Array) => B;
	readonly #cache = new BlockCache<B>(CACHE_BYTES);
	readonly #text: ReturnType<typeof statements>;

	constructor(sql: Sql, table: keyof typeof BLOCK_SQL, room: number, parse: (bytes: Uint8Array) => B) {
		this.#room = room;
		this.#sql = sql;
		this.#parse = parse;
		this.#text = BLOCK_SQL[table];
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#cache.bytes;
	}

	/** Lets go of blocks that were read. */
	letGo(): void {
		this.#cache.letGo();
	}

	write(partition: number, first: number, block: Uint8Array): void {
		const key = partition * this.#room + first;
		this.#sql.run(this.#text.write, key, block);
		this.#cache.forget(key);
	}

	/** The block of this partition that may hold the series: the last one that begins with it or before it. */
	find(partition: number, series: number): B | undefined {
		const row = this.#sql.all<{ key: number }>(this.#text.below, partition * this.#room + series, partition * this.#room)[0];
		return row && this.#cache.get(row.key, () => this.#sql.all<{ block: Uint8Array }>(this.#text.read, row.key)[0]?.block, this.#parse);
	}

	/** Last series that any block of this partition has. */
	lastSeries(partition: number): number | undefined {
		return this.find(partition, this.#room - 1)?.series.at(-1);
	}

	/** First series of the next row of this partition that begins after the series. */
	next(partition: number, series: number): number | undefined {
		const row = this.#sql.all<{ key: number }>(this.#text.above, partition * this.#room + series, (partition + 1) * this.#room)[0];
		return row && row.key - partition * this.#room;
	}

	/** First partition at or after this one, and before `until`, that has a row. */
	nextPartition(partition: number, until: number): number | undefined {
		const row = this.#sql.all<{ key: number }>(this.#text.above, partition * this.#room - 1, until * this.#room)[0];
		return row && Math.floor(row.key / this.#room);
	}

	/** Deletes rows of partitions before this one, `most` at a time. @returns how many it deleted. */
	trim(partition: number, most: number): number {
		const keys = this.#sql.all<{ key: number }>(this.#text.oldest, partition * this.#room, most);
		for (const { key } of keys) this.#sql.run(this.#text.drop, key);
		return keys.length;
	}

	/** Deletes all rows of a partition that is not asked for any more. */
	drop(partition: number): void {
		this.#sql.run(this.#text.dropPartition, partition * this.#room, (partition + 1) * this.#room);
	}
}

/**
 * `history_block_10m`: flushed 10-minute blocks until they are compacted. Each takes a slot, the lowest that is free, and a slot's rows are
 * replaced when another 10-minute block takes it: a replaced row costs one row written, deleting it and inserting another two.
 *
 * Which 10-minute block is in which slot, and the first series of each of its rows, stands in the history's state.
 */
const ROWS_A_SLOT = 2 ** 16;

export const BLOCK_10M_SQL = {
	read: "SELECT block_index, block FROM history_block_10m WHERE key = ?",
	write: `INSERT INTO history_block_10m (key, block_index, block) VALUES (?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET block_index = excluded.block_index, block = excluded.block`,
} as const;

export interface FlushedBlock {
	/** Index of the 10-minute block. */
	index: number;
	slot: number;
	/** First series of each row, ascending. */
	firsts: number[];
}

export class Block10mRows {
	readonly #sql: Sql;
	readonly #cache = new BlockCache<Block>(CACHE_BYTES);
	/** Ascending by 10-minute block. */
	readonly flushed: FlushedBlock[];

	constructor(sql: Sql, flushed: FlushedBlock[]) {
		this.#sql = sql;
		this.flushed = flushed;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#cache.bytes;
	}

	/** Lets go of blocks that were read. */
	letGo(): void {
		this.#cache.letGo();
	}

	/** Begins a 10-minute block, or goes on with one that was begun before a cold start. @returns it, with the rows it has, and its last series. */
	begin(index: number): { flushed: FlushedBlock; last: number } {
		const taken = new Set(this.flushed.map(({ slot }) => slot));
		let slot = 0;
		while (taken.has(slot)) slot++;
		const flushed: FlushedBlock = { index, slot, firsts: [] };
		let last = -1;
		for (;;) {
			const row = this.#read(flushed, flushed.firsts.length);
			const block = row && row.block_index === index ? new Block(row.block) : undefined;
			if (!block || (block.series[0] as number) <= last) return { flushed, last };
			flushed.firsts.push(block.series[0] as number);
			last = block.series.at(-1) as number;
		}
	}

	/** Adds a row to a 10-minute block that is not finished. */
	write(flushed: FlushedBlock, first: number, block: Uint8Array): void {
		this.#sql.run(BLOCK_10M_SQL.write, flushed.slot * ROWS_A_SLOT + flushed.firsts.length, flushed.index, block);
		flushed.firsts.push(first);
	}

	finish(flushed: FlushedBlock): void {
		this.flushed.push(flushed);
	}

	/** Frees the slots of these 10-minute blocks. */
	free(blocks: readonly FlushedBlock[]): void {
		for (const block of blocks) this.flushed.splice(this.flushed.indexOf(block), 1);
	}

	/** @returns place of the row that may hold the series; -1: none. */
	place(flushed: FlushedBlock, series: number): number {
		const place = placeOf(flushed.firsts, series);
		return flushed.firsts[place] === series ? place : place - 1;
	}

	block(flushed: FlushedBlock, place: number): Block | undefined {
		if (place < 0 || place >= flushed.firsts.length) return undefined;
		return this.#cache.get(
			flushed.index * ROWS_A_SLOT + place,
			() => this.#read(flushed, place)?.block,
			(bytes) => new Block(bytes),
		);
	}

	#read(flushed: FlushedBlock, place: number): { block_index: number; block: Uint8Array } | undefined {
		return this.#sql.all<{ block_index: number; block: Uint8Array }>(BLOCK_10M_SQL.read, flushed.slot * ROWS_A_SLOT + place)[0];
	}
}
