/**
 * Which series have been gone for longest: they make room for new ones before the cluster has as many as it may. Looks back from the newest
 * time, a few rows at each step, as far as enough of them are left that were not seen since; none of the last two days, whose samples are still
 * worked on, and none that a bridge may yet send.
 */

import { DAY_MS, TEN_MINUTES_MS, TWO_HOURS_MS } from "../blocks/partition.ts";
import type { Dictionary } from "../index/dictionary.ts";
import { block10mCursor, bucketCursor, type Cursor } from "./cursor.ts";
import { BLOCKS_2H_PER_DAY, type Tiers } from "./tiers.ts";

/** Series looked at in one step: some sixty rows. */
const SERIES_A_STEP = 4_096;
const LEAST_DAYS = 2;

export class LongestGone {
	readonly #dictionary: Dictionary;
	readonly #most: number;
	/** Not to go. */
	readonly #seen: Set<number>;
	readonly #search: Generator<void, void>;

	/** @param kept what lives or may be sent. @param most how many are looked for. */
	constructor(tiers: Tiers, dictionary: Dictionary, kept: Iterable<number>, most: number) {
		this.#dictionary = dictionary;
		this.#most = most;
		this.#seen = new Set(kept);
		this.#search = this.#look(tiers);
	}

	/** It has a sample, or is announced. */
	keep(series: number): void {
		this.#seen.add(series);
	}

	/** @returns those that go, once they are known; before that undefined. */
	step(): number[] | undefined {
		if (!this.#search.next().done) return undefined;
		const found: number[] = [];
		for (let series = 0; series < this.#dictionary.size && found.length < this.#most; series++)
			if (this.#dictionary.has(series) && !this.#seen.has(series)) found.push(series);
		return found;
	}

	*#look(tiers: Tiers): Generator<void, void> {
		for (const series of tiers.head.series()) this.#seen.add(series);
		for (const cursor of recent(tiers)) for (const some of listed(cursor)) yield this.#add(some);
		for (let day = Math.floor(tiers.compactedBefore / BLOCKS_2H_PER_DAY) - LEAST_DAYS; day >= tiers.buckets10mFrom; day--) {
			const that: number[] = [];
			for (const some of listed(bucketCursor(tiers.buckets10m, day, DAY_MS))) yield void that.push(...some);
			const more = that.filter((series) => this.#dictionary.has(series) && !this.#seen.has(series));
			if (this.#dictionary.count - this.#seen.size - more.length < this.#most) return;
			this.#add(more);
		}
	}

	#add(some: readonly number[]): void {
		for (const series of some) if (this.#dictionary.has(series)) this.#seen.add(series);
	}
}

/** The last two days, finer than days. */
function* recent(tiers: Tiers): Generator<Cursor> {
	for (const flushed of tiers.blocks10m.flushed) yield block10mCursor(tiers.blocks10m, flushed, TEN_MINUTES_MS);
	const first = (Math.floor(tiers.compactedBefore / BLOCKS_2H_PER_DAY) - LEAST_DAYS + 1) * BLOCKS_2H_PER_DAY;
	for (let block2h = tiers.compactedBefore - 1; block2h >= first; block2h--) yield bucketCursor(tiers.buckets1m, block2h, TWO_HOURS_MS);
}

function* listed(cursor: Cursor): Generator<readonly number[]> {
	for (let from = 0; ; ) {
		const some = cursor.seriesFrom(from, SERIES_A_STEP);
		yield some;
		if (some.length < SERIES_A_STEP) return;
		from = (some.at(-1) as number) + 1;
	}
}
