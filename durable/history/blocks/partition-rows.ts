/**
 * `history_window`: sealed ten-minute windows until they are merged. Each takes a slot, the lowest that is free, and a slot's rows are
 * replaced when another window takes it: a replaced row costs one row written, deleting it and inserting another two.
 *
 * Which window is in which slot, and the first series of each of its rows, stands in the history's state.
 */
import type { Sql } from "../../storage/sql.ts";
import { Block } from "./block.ts";
import { placeOf } from "./block-index.ts";
import { BlockCache } from "./block-rows.ts";

const ROWS_A_SLOT = 2 ** 16;
const CACHE_BYTES = 3_000_000;
const WRITE =
	"INSERT INTO history_window (key, window, block) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET window = excluded.window, block = excluded.block";
const READ = "SELECT window, block FROM history_window WHERE key = ?";

export interface SealedWindow {
	/** Index of the window. */
	window: number;
	slot: number;
	/** First series of each row, ascending. */
	firsts: number[];
}

export class WindowRows {
	readonly #sql: Sql;
	readonly #cache = new BlockCache<Block>(CACHE_BYTES);
	/** Ascending by window. */
	readonly sealed: SealedWindow[];

	constructor(sql: Sql, sealed: SealedWindow[]) {
		this.#sql = sql;
		this.sealed = sealed;
	}

	/** Begins a window, or goes on with one that was begun before a cold start. @returns it, with the rows it has, and its last series. */
	begin(window: number): { sealed: SealedWindow; last: number } {
		const taken = new Set(this.sealed.map(({ slot }) => slot));
		let slot = 0;
		while (taken.has(slot)) slot++;
		const sealed: SealedWindow = { window, slot, firsts: [] };
		let last = -1;
		for (;;) {
			const row = this.#read(sealed, sealed.firsts.length);
			const block = row && row.window === window ? new Block(row.block) : undefined;
			if (!block || (block.series[0] as number) <= last) return { sealed, last };
			sealed.firsts.push(block.series[0] as number);
			last = block.series.at(-1) as number;
		}
	}

	/** Adds a row to a window that is not finished. */
	write(sealed: SealedWindow, first: number, block: Uint8Array): void {
		this.#sql.run(WRITE, sealed.slot * ROWS_A_SLOT + sealed.firsts.length, sealed.window, block);
		sealed.firsts.push(first);
	}

	finish(sealed: SealedWindow): void {
		this.sealed.push(sealed);
	}

	/** Frees the slots of these windows. */
	free(windows: readonly SealedWindow[]): void {
		for (const window of windows) this.sealed.splice(this.sealed.indexOf(window), 1);
	}

	/** @returns place of the row that may hold the series; -1: none. */
	place(sealed: SealedWindow, series: number): number {
		const place = placeOf(sealed.firsts, series);
		return sealed.firsts[place] === series ? place : place - 1;
	}

	block(sealed: SealedWindow, place: number): Block | undefined {
		if (place < 0 || place >= sealed.firsts.length) return undefined;
		return this.#cache.get(
			sealed.window * ROWS_A_SLOT + place,
			() => this.#read(sealed, place)?.block,
			(bytes) => new Block(bytes),
		);
	}

	#read(sealed: SealedWindow, place: number): { window: number; block: Uint8Array } | undefined {
		return this.#sql.all<{ window: number; block: Uint8Array }>(READ, sealed.slot * ROWS_A_SLOT + place)[0];
	}
}
