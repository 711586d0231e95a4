/**
 * Sums of doubles, one a column, that do not overflow on the way: 1.7e308 twice has a mean, though its sum is past the largest double.
 *
 * Each sum is kept twice, as it is and shrunk by 2^-64, and the shrunk one serves only where the other has overflowed: everywhere else the
 * outcome is that of plain addition, bit for bit.
 */

import { between } from "../../../colony-bridge/protocol/query/quantile.ts";
import type { Work } from "../../work/work.ts";
import type { SeriesTarget } from "./target.ts";

const SHRINK = 2 ** -64;

export class Sums {
	readonly #plain: Float64Array;
	readonly #shrunk: Float64Array;

	constructor(length: number) {
		this.#plain = new Float64Array(length);
		this.#shrunk = new Float64Array(length);
	}

	clear(): void {
		this.#plain.fill(0);
		this.#shrunk.fill(0);
	}

	add(i: number, value: number): void {
		(this.#plain[i] as number) += value;
		(this.#shrunk[i] as number) += value * SHRINK;
	}

	/** Past the largest double: infinite. */
	sum(i: number): number {
		return this.mean(i, 1);
	}

	mean(i: number, count: number): number {
		const plain = this.#plain[i] as number;
		if (Number.isFinite(plain)) return plain / count;
		const shrunk = this.#shrunk[i] as number;
		// Infinite sums of both signs say only that the mean is past the range of a number.
		return Number.isNaN(shrunk) ? Number.POSITIVE_INFINITY : shrunk / count / SHRINK;
	}
}

/**
 * Replaces an overflow by the largest double of its sign: a page says "out of range" of that, and JSON has no infinity.
 */
export function saturated(value: number): number {
	return Number.isFinite(value) || Number.isNaN(value) ? value : Math.sign(value) * Number.MAX_VALUE;
}

/** Several numbers of one column made one, a column each: their sum, mean, least or greatest. */
export class SeriesAggregate {
	readonly #seriesAggregation: SeriesTarget["seriesAggregation"];
	/** Number of values in each column. */
	readonly counts: Float64Array;
	readonly #sums: Sums;
	readonly #best: Float64Array;

	constructor(length: number, seriesAggregation: SeriesTarget["seriesAggregation"]) {
		this.#seriesAggregation = seriesAggregation;
		this.counts = new Float64Array(length);
		this.#sums = new Sums(length);
		this.#best = new Float64Array(length).fill(seriesAggregation === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY);
	}

	add(i: number, value: number): void {
		(this.counts[i] as number)++;
		if (this.#seriesAggregation === "min") this.#best[i] = Math.min(this.#best[i] as number, value);
		else if (this.#seriesAggregation === "max") this.#best[i] = Math.max(this.#best[i] as number, value);
		else this.#sums.add(i, value);
	}

	/** NaN where nothing was added. */
	values(): Float64Array {
		return this.counts.map((count, i) => {
			if (count === 0) return Number.NaN;
			if (this.#seriesAggregation === "min" || this.#seriesAggregation === "max") return this.#best[i] as number;
			return this.#seriesAggregation === "avg" ? this.#sums.mean(i, count) : this.#sums.sum(i);
		});
	}
}

/** Like {@link quantile} for any number of values, in steps: each sets aside half of what is left, where the rank cannot be. */
export function* quantileOf(values: readonly number[], q: number): Work<number> {
	if (values.length === 0) return Number.NaN;
	const all = Float64Array.from(values);
	yield all.length;
	const rank = q * (all.length - 1);
	const place = Math.floor(rank);
	// Values before `from` are no greater than the rest; values from `until` on are no less.
	let [from, until] = [0, all.length];
	let alike = false;
	while (until - from > SORTED_AT_ONCE && !alike) {
		const [below, above] = partition(all, from, until);
		yield (until - from) * 2;
		alike = place >= below && place < above;
		if (alike) [from, until] = [below, above];
		else if (place < below) until = below;
		else from = above;
	}
	if (!alike) all.subarray(from, until).sort();
	yield until - from;
	const low = all[place] as number;
	if (rank === place) return low;
	const high = place + 1 < until ? (all[place + 1] as number) : all.subarray(until).reduce((least, value) => Math.min(least, value));
	return between(low, high, rank - place);
}

/** Values that are sorted in one go. */
const SORTED_AT_ONCE = 20_000;

/** Brings what is less than one of the values before it, and what is more behind. @returns where those that equal it begin and end. */
function partition(all: Float64Array, from: number, until: number): [number, number] {
	// No order of the values makes a random one a bad choice every time.
	const pivot = all[from + Math.floor(Math.random() * (until - from))] as number;
	let [below, place, above] = [from, from, until];
	while (place < above) {
		const value = all[place] as number;
		if (value < pivot) {
			all[place++] = all[below] as number;
			all[below++] = value;
		} else if (value > pivot) {
			all[place] = all[--above] as number;
			all[above] = value;
		} else place++;
	}
	return [below, above];
}
