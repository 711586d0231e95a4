/**
 * Which series have been gone for longest: they make room for new ones before the cluster has as many as it may. Looks back from the newest
 * time, a few rows at each step, as far as enough of them are left that were not seen since; none of the last two days, whose samples are still
 * worked on, and none that a bridge may yet send.
 */

import { DAY_MS, SPAN_MS, WINDOW_MS } from "../blocks/partition.ts";
import type { Dictionary } from "../index/dictionary.ts";
import { bucketCursor, type Cursor, windowCursor } from "./cursor.ts";
import { SPANS_A_DAY, type Tiers } from "./tiers.ts";

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
		for (const { columns } of tiers.head.windows) for (const series of columns.keys()) this.#seen.add(series);
		for (const cursor of recent(tiers)) for (const some of listed(cursor)) yield this.#add(some);
		for (let day = Math.floor(tiers.mergedBefore / SPANS_A_DAY) - LEAST_DAYS; day >= tiers.tenMinutesFrom; day--) {
			const that: number[] = [];
			for (const some of listed(bucketCursor(tiers.tenMinutes, day, DAY_MS))) yield void that.push(...some);
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
	for (const sealed of tiers.windows.sealed) yield windowCursor(tiers.windows, sealed, WINDOW_MS);
	const first = (Math.floor(tiers.mergedBefore / SPANS_A_DAY) - LEAST_DAYS + 1) * SPANS_A_DAY;
	for (let span = tiers.mergedBefore - 1; span >= first; span--) yield bucketCursor(tiers.minutes, span, SPAN_MS);
}

function* listed(cursor: Cursor): Generator<readonly number[]> {
	for (let from = 0; ; ) {
		const some = cursor.seriesFrom(from, SERIES_A_STEP);
		yield some;
		if (some.length < SERIES_A_STEP) return;
		from = (some.at(-1) as number) + 1;
	}
}
