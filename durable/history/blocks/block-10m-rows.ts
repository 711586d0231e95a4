/**
 * `history_block_10m`: flushed 10-minute blocks until they are compacted. Each takes a slot, the lowest that is free, and a slot's rows are
 * replaced when another 10-minute block takes it: a replaced row costs one row written, deleting it and inserting another two.
 *
 * Which 10-minute block is in which slot, and the first series of each of its rows, stands in the history's state.
 */
import type { Sql } from "../../storage/sql.ts";
import { Block } from "./block.ts";
import { placeOf } from "./block-index.ts";
import { BlockCache } from "./block-rows.ts";

const ROWS_A_SLOT = 2 ** 16;
const CACHE_BYTES = 3_000_000;

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
