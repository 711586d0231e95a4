/** Buckets out of samples, and longer buckets out of shorter ones. */
import type { BucketRun, Run, Sample } from "../blocks/chunk.ts";
import { cutOf, paired, rise } from "../blocks/partition.ts";

/** Buckets that are still being filled. */
class Buckets implements BucketRun {
	readonly size: number;
	readonly ends: Float64Array;
	readonly count: Float64Array;
	readonly sum: Float64Array;
	readonly min: Float64Array;
	readonly max: Float64Array;
	readonly last: Float64Array;
	readonly lastAt: Float64Array;
	readonly increase: Float64Array;
	length = 0;

	constructor(size: number, most: number) {
		this.size = size;
		this.ends = new Float64Array(most);
		this.count = new Float64Array(most);
		this.sum = new Float64Array(most);
		this.min = new Float64Array(most);
		this.max = new Float64Array(most);
		this.last = new Float64Array(most);
		this.lastAt = new Float64Array(most);
		this.increase = new Float64Array(most);
	}

	open(end: number): number {
		const i = this.length++;
		this.ends[i] = end;
		this.min[i] = Number.POSITIVE_INFINITY;
		this.max[i] = Number.NEGATIVE_INFINITY;
		this.increase[i] = Number.NaN;
		return i;
	}

	rise(i: number, rise: number): void {
		const so = this.increase[i] as number;
		this.increase[i] = Number.isNaN(so) ? rise : so + rise;
	}
}

/**
 * @param size ms a bucket.
 * @param rises whether to tell the rise (of counters); else it is NaN.
 * @param lead the sample before the first one, for the rise of a counter.
 */
export function rollUp(run: Run, size: number, rises: boolean, lead: Sample | undefined): BucketRun {
	const from = run.base + (run.offsets[0] ?? 0);
	const until = run.base + (run.offsets[run.length - 1] ?? 0);
	const buckets = new Buckets(size, Math.min(run.length, cutOf(until, size) - cutOf(from, size) + 1));
	let i = -1;
	let end = Number.NEGATIVE_INFINITY;
	let before = lead?.value ?? 0;
	let beforeAt = lead?.at ?? Number.NaN;
	for (let s = 0; s < run.length; s++) {
		const at = run.base + (run.offsets[s] as number);
		const value = run.values[s] as number;
		if (at > end) {
			end = (cutOf(at, size) + 1) * size;
			i = buckets.open(end);
		}
		(buckets.count[i] as number)++;
		(buckets.sum[i] as number) += value;
		if (value < (buckets.min[i] as number)) buckets.min[i] = value;
		if (value > (buckets.max[i] as number)) buckets.max[i] = value;
		buckets.last[i] = value;
		buckets.lastAt[i] = at;
		if (rises && paired(beforeAt, at)) buckets.rise(i, rise(before, value));
		before = value;
		beforeAt = at;
	}
	return buckets;
}

/** @param runs ascending, of one shorter size that divides `size`. */
export function coarsen(runs: readonly BucketRun[], size: number): BucketRun {
	const most = runs.reduce((sum, run) => sum + run.length, 0);
	const buckets = new Buckets(size, most);
	let i = -1;
	let end = Number.NEGATIVE_INFINITY;
	for (const run of runs) {
		for (let s = 0; s < run.length; s++) {
			const until = run.ends[s] as number;
			if (until > end) {
				end = Math.ceil(until / size) * size;
				i = buckets.open(end);
			}
			(buckets.count[i] as number) += run.count[s] as number;
			(buckets.sum[i] as number) += run.sum[s] as number;
			buckets.min[i] = Math.min(buckets.min[i] as number, run.min[s] as number);
			buckets.max[i] = Math.max(buckets.max[i] as number, run.max[s] as number);
			buckets.last[i] = run.last[s] as number;
			buckets.lastAt[i] = run.lastAt[s] as number;
			const rise = run.increase[s] as number;
			if (!Number.isNaN(rise)) buckets.rise(i, rise);
		}
	}
	return buckets;
}
