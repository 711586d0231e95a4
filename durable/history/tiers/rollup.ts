/** Buckets out of samples, and longer buckets out of shorter ones. */
import type { BucketChunk, Chunk, Sample } from "../blocks/chunk.ts";
import { paired, partitionOf, rise } from "../blocks/partition.ts";

/** Buckets that are still being filled. */
class Buckets implements BucketChunk {
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
export function rollUp(chunk: Chunk, size: number, rises: boolean, lead: Sample | undefined): BucketChunk {
	const from = chunk.base + (chunk.offsets[0] ?? 0);
	const until = chunk.base + (chunk.offsets[chunk.length - 1] ?? 0);
	const buckets = new Buckets(size, Math.min(chunk.length, partitionOf(until, size) - partitionOf(from, size) + 1));
	let i = -1;
	let end = Number.NEGATIVE_INFINITY;
	let before = lead?.value ?? 0;
	let beforeAt = lead?.at ?? Number.NaN;
	for (let s = 0; s < chunk.length; s++) {
		const at = chunk.base + (chunk.offsets[s] as number);
		const value = chunk.values[s] as number;
		if (at > end) {
			end = (partitionOf(at, size) + 1) * size;
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

/** @param chunks ascending, of one shorter size that divides `size`. */
export function coarsen(chunks: readonly BucketChunk[], size: number): BucketChunk {
	const most = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
	const buckets = new Buckets(size, most);
	let i = -1;
	let end = Number.NEGATIVE_INFINITY;
	for (const chunk of chunks) {
		for (let s = 0; s < chunk.length; s++) {
			const until = chunk.ends[s] as number;
			if (until > end) {
				end = Math.ceil(until / size) * size;
				i = buckets.open(end);
			}
			(buckets.count[i] as number) += chunk.count[s] as number;
			(buckets.sum[i] as number) += chunk.sum[s] as number;
			buckets.min[i] = Math.min(buckets.min[i] as number, chunk.min[s] as number);
			buckets.max[i] = Math.max(buckets.max[i] as number, chunk.max[s] as number);
			buckets.last[i] = chunk.last[s] as number;
			buckets.lastAt[i] = chunk.lastAt[s] as number;
			const rise = chunk.increase[s] as number;
			if (!Number.isNaN(rise)) buckets.rise(i, rise);
		}
	}
	return buckets;
}
