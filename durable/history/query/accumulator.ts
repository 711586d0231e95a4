/** Aggregates one series on a grid: one pass over its samples or over the buckets of a rollup, with the same result. */

import { quantile } from "../../../colony-bridge/protocol/query/quantile.ts";
import type { Aggregation } from "../../../colony-bridge/protocol/wire/measure.ts";
import { type BucketChunk, type Chunk, placeAfter, type Reader, type Sink } from "../blocks/chunk.ts";
import { MINUTE_MS, paired, rise } from "../blocks/partition.ts";
import { Sums } from "./aggregation.ts";
import { type Grid, lastInstant } from "./grid.ts";
import { QUANTILES } from "./target.ts";

/** A series that has no sample in a column stands in with its last value, for so many of its own intervals; past the longest it may be gone. */
const INTERVALS_CARRIED = 2;
export const LONGEST_INTERVAL_MS = 3 * MINUTE_MS;

/** Units of a sample that is kept to be sorted, and of a bucket, which is seven columns to unpack. */
const SORTED_UNITS = 4;
const BUCKET_UNITS = 4;

/** A column that is over and no shorter than a minute has what was measured in it: the rollups it may come from tell no intervals. */
const carriesInto = ({ step, over = Number.POSITIVE_INFINITY }: Grid, end: number): boolean => step < MINUTE_MS || end > over;

/** Instant of the oldest sample that {@link Accumulator.carry} may carry into a column. */
export function carriedFrom(grid: Grid): number {
	const { start, over = Number.POSITIVE_INFINITY, until = Number.POSITIVE_INFINITY } = grid;
	const first = carriesInto(grid, start) ? start : over;
	return Math.min(first, until) - INTERVALS_CARRIED * LONGEST_INTERVAL_MS;
}

export class Accumulator implements Sink {
	readonly grid: Grid;
	readonly #rises: boolean;
	readonly #count: Float64Array;
	readonly #sums: Sums;
	readonly #min: Float64Array;
	readonly #max: Float64Array;
	readonly #last: Float64Array;
	readonly #lastAt: Float64Array;
	/** Distance of each column's last sample to the one before it, ms; NaN: unknown. */
	readonly #interval: Float64Array;
	readonly #firstAts: Float64Array;
	/** NaN: no two samples to tell. */
	readonly #increase: Float64Array;
	/** The samples themselves, a list a column, where quantiles are asked. */
	readonly #samples: number[][] | undefined;
	/** Newest sample before the next one, wherever it lies; `at` NaN: none. */
	#beforeAt = Number.NaN;
	#beforeValue = 0;
	/** Newest sample before the grid, and the first one on it. */
	#leadAt = Number.NaN;
	#leadValue = 0;
	#leadInterval = Number.NaN;
	#firstAt = Number.NaN;
	/** Its value; NaN: a bucket came first, which knows its rise. */
	#firstValue = 0;
	#firstColumn = 0;
	/** Samples and buckets read of the series, weighed by what is done with each. */
	read = 0;

	/** @param rises only the rises of the series are asked: nothing else is summed up. */
	constructor(grid: Grid, { keepSamples, rises }: { keepSamples: boolean; rises: boolean }) {
		this.grid = grid;
		this.#rises = rises;
		const { length } = grid;
		this.#count = new Float64Array(length);
		this.#sums = new Sums(length);
		this.#min = new Float64Array(length);
		this.#max = new Float64Array(length);
		this.#last = new Float64Array(length);
		this.#lastAt = new Float64Array(length);
		this.#interval = new Float64Array(length);
		this.#firstAts = new Float64Array(length);
		this.#increase = new Float64Array(length);
		this.#samples = keepSamples ? Array.from({ length }, () => []) : undefined;
	}

	/** Starts another series. */
	begin(): void {
		this.#count.fill(0);
		this.#sums.clear();
		this.#min.fill(Number.POSITIVE_INFINITY);
		this.#max.fill(Number.NEGATIVE_INFINITY);
		this.#increase.fill(Number.NaN);
		if (this.#samples) for (const column of this.#samples) column.length = 0;
		this.#beforeAt = Number.NaN;
		this.#leadAt = Number.NaN;
		this.#firstAt = Number.NaN;
		this.read = 0;
	}

	get empty(): boolean {
		return Number.isNaN(this.#firstAt);
	}

	samples(chunk: Chunk): void {
		const { start, step } = this.grid;
		const { base, offsets, values } = chunk;
		this.read += chunk.length * (this.#samples ? SORTED_UNITS : 1);
		const from = start - step;
		const until = lastInstant(this.grid);
		let column = -1;
		let columnEnd = from;
		// Before the grid only the last two samples matter.
		for (let i = Math.max(0, placeAfter(chunk, from) - 2); i < chunk.length; i++) {
			const at = base + (offsets[i] as number);
			if (at > until) return;
			const value = values[i] as number;
			if (at > columnEnd) {
				column = Math.ceil((at - start) / step);
				columnEnd = start + column * step;
			}
			if (column >= 0) this.#sample(column, at, value);
			else this.#lead(at, value, at - this.#beforeAt);
			this.#beforeAt = at;
			this.#beforeValue = value;
		}
	}

	#lead(at: number, value: number, interval: number): void {
		this.#leadAt = at;
		this.#leadValue = value;
		this.#leadInterval = interval;
	}

	#sample(column: number, at: number, value: number): void {
		if (Number.isNaN(this.#firstAt)) {
			this.#firstAt = at;
			this.#firstValue = value;
			this.#firstColumn = column;
		}
		if (this.#count[column] === 0) this.#firstAts[column] = at;
		(this.#count[column] as number)++;
		this.#lastAt[column] = at;
		if (this.#rises) {
			if (paired(this.#beforeAt, at)) this.#rise(column, rise(this.#beforeValue, value));
			return;
		}
		this.#sums.add(column, value);
		if (value < (this.#min[column] as number)) this.#min[column] = value;
		if (value > (this.#max[column] as number)) this.#max[column] = value;
		this.#last[column] = value;
		this.#interval[column] = at - this.#beforeAt;
		this.#samples?.[column]?.push(value);
	}

	#rise(column: number, rise: number): void {
		if (Number.isNaN(rise)) return;
		const so = this.#increase[column] as number;
		this.#increase[column] = Number.isNaN(so) ? rise : so + rise;
	}

	buckets(chunk: BucketChunk): void {
		this.read += chunk.length * BUCKET_UNITS;
		const { start, step } = this.grid;
		const until = lastInstant(this.grid);
		for (let i = 0; i < chunk.length; i++) {
			const end = chunk.ends[i] as number;
			if (end > until) return;
			const column = Math.ceil((end - start) / step);
			const at = chunk.lastAt[i] as number;
			const last = chunk.last[i] as number;
			if (column >= 0) this.#bucket(chunk, i, column, at, last);
			else this.#lead(at, last, Number.NaN);
			this.#beforeAt = at;
			this.#beforeValue = last;
		}
	}

	#bucket(chunk: BucketChunk, i: number, column: number, at: number, last: number): void {
		(this.#count[column] as number) += chunk.count[i] as number;
		this.#sums.add(column, chunk.sum[i] as number);
		this.#min[column] = Math.min(this.#min[column] as number, chunk.min[i] as number);
		this.#max[column] = Math.max(this.#max[column] as number, chunk.max[i] as number);
		this.#last[column] = last;
		this.#lastAt[column] = at;
		this.#interval[column] = Number.NaN;
		this.#samples?.[column]?.push((chunk.sum[i] as number) / (chunk.count[i] as number));
		if (Number.isNaN(this.#firstAt)) {
			this.#firstAt = (chunk.ends[i] as number) - chunk.size + 1;
			this.#firstValue = Number.NaN;
		}
		this.#rise(column, chunk.increase[i] as number);
	}

	/** For rises: finds the sample before the first one on the grid, where the tier did not come with it. */
	lead(reader: Reader, series: number): void {
		const at = this.#firstAt;
		if (Number.isNaN(at) || !Number.isNaN(this.#leadAt)) return;
		const before = reader.before(series, at);
		if (!before || !paired(before.at, at)) return;
		this.#leadAt = before.at;
		if (Number.isNaN(this.#firstValue)) return;
		const column = this.#firstColumn;
		const so = this.#increase[column] as number;
		this.#increase[column] = rise(before.value, this.#firstValue) + (Number.isNaN(so) ? 0 : so);
	}

	/** Writes one value a column to `out`; NaN: no value. Times are ms, a rate is per second. */
	finish(aggregation: Aggregation, out: Float64Array): void {
		const q = QUANTILES[aggregation];
		if (q !== undefined) this.#quantiles(q, out);
		else if (aggregation === "rate") this.#rates(out);
		else for (let i = 0; i < out.length; i++) out[i] = this.#count[i] === 0 ? Number.NaN : this.#value(aggregation, i);
	}

	#value(aggregation: Aggregation, i: number): number {
		switch (aggregation) {
			case "avg":
				return this.#sums.mean(i, this.#count[i] as number);
			case "min":
				return this.#min[i] as number;
			case "max":
				return this.#max[i] as number;
			case "sum":
				return this.#sums.sum(i);
			case "increase":
				return this.#risen(i);
			default:
				return this.#last[i] as number;
		}
	}

	/** In all of a column. One that holds a dip and not what made it good has no rise, rather than one below 0. */
	#risen(column: number): number {
		return Math.max(0, this.#increase[column] as number);
	}

	/**
	 * Carries the last value of the series into empty columns for two of its intervals: an aggregate of several series must not fall and rise with
	 * the order in which their samples arrive.
	 */
	carry(out: Float64Array): void {
		const { start, step, until = Number.POSITIVE_INFINITY } = this.grid;
		let at = this.#leadAt;
		let value = this.#leadValue;
		let interval = this.#leadInterval;
		for (let i = 0; i < out.length; i++) {
			if (this.#count[i] !== 0) {
				at = this.#lastAt[i] as number;
				value = this.#last[i] as number;
				interval = this.#interval[i] as number;
				continue;
			}
			const end = start + i * step;
			if (!carriesInto(this.grid, end)) continue;
			if (interval <= LONGEST_INTERVAL_MS && Math.min(end, until) - at <= INTERVALS_CARRIED * interval) out[i] = value;
		}
	}

	/**
	 * Rise over the time between the samples that tell it, not over the step: samples that fall a little early or late do not make the rate
	 * of a steady counter jump. A column that is not over has none: some of the series that make it up may not have arrived.
	 */
	#rates(out: Float64Array): void {
		const { start, step, over = Number.POSITIVE_INFINITY } = this.grid;
		let before = this.#leadAt;
		for (let i = 0; i < out.length; i++) {
			out[i] = Number.NaN;
			if (this.#count[i] === 0) continue;
			const at = this.#lastAt[i] as number;
			// In a longer step the first sample may be in a rollup, which has no instant of it.
			const first = step < MINUTE_MS ? (this.#firstAts[i] as number) : start + (i - 1) * step;
			const since = paired(before, at) ? before : first;
			if (at > since && start + i * step <= over) out[i] = this.#risen(i) / ((at - since) / 1000);
			before = at;
		}
	}

	#quantiles(q: number, out: Float64Array): void {
		for (let i = 0; i < out.length; i++) out[i] = quantile(this.#samples?.[i] ?? [], q);
	}

	/** Adds this series' samples to lists that stand for several, a list a column. */
	pool(lists: number[][]): void {
		for (const [i, column] of (this.#samples ?? []).entries()) for (const value of column) lists[i]?.push(value);
	}
}
