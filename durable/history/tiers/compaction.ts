/** Compaction: 10-minute blocks to 2-hour blocks and 1-minute buckets, and those to the 10-minute buckets of a day. */
import { BlockWriter, type Entry } from "../blocks/block.ts";
import { BucketBlockWriter } from "../blocks/bucket-block.ts";
import type { BucketChunk, Chunk, Sample } from "../blocks/chunk.ts";
import { BLOCKS_10M_PER_2H, DAY_MS, MINUTE_MS, paired, partitionOf, rise, TEN_MINUTES_MS, TWO_HOURS_MS } from "../blocks/partition.ts";
import { resized } from "../index/slots.ts";
import { block10mCursor, bucketCursor, type Cursor, newestBefore } from "./cursor.ts";
import { BLOCKS_2H_PER_DAY, type Tiers } from "./tiers.ts";

/** Series a row: more would make reading one series dear, fewer would make more rows, and rows are what is paid for. */
const SERIES_A_GROUP = 64;
/** Series worked through at once: a group is spread over several pushes. */
const SERIES_A_PART = 8;

export interface GroupPart {
	series: readonly number[];
	/** The group is complete with this part. */
	ends: boolean;
}

/** The series of several partitions of time, ascending, group by group: those that live together stand together, however many were seen before. */
export class Groups {
	readonly #partitions: readonly Cursor[];
	#from: number;
	#group: number[] = [];
	#place = 0;

	constructor(partitions: readonly Cursor[], from: number) {
		this.#partitions = partitions;
		this.#from = from;
	}

	/** True between two groups. */
	get between(): boolean {
		return this.#place === this.#group.length;
	}

	/** @returns undefined after the last one. */
	next(): GroupPart | undefined {
		if (this.between) {
			this.#group = this.#gather();
			this.#place = 0;
		}
		const series = this.#group.slice(this.#place, this.#place + SERIES_A_PART);
		this.#place += series.length;
		return series.length === 0 ? undefined : { series, ends: this.between };
	}

	#gather(): number[] {
		const all = new Set<number>();
		for (const partition of this.#partitions) for (const series of partition.seriesFrom(this.#from, SERIES_A_GROUP)) all.add(series);
		const group = [...all].sort((a, b) => a - b).slice(0, SERIES_A_GROUP);
		this.#from = (group.at(-1) ?? this.#from) + 1;
		return group;
	}
}

/**
 * Compacts 10-minute blocks into a 2-hour block, one group of series at a time: the samples, and their buckets of a minute. After a cold start
 * it goes on behind the last group that was written.
 */
export class BlockCompaction {
	readonly block2h: number;
	readonly #tiers: Tiers;
	readonly #isCounter: (series: number) => boolean;
	readonly #blocks: readonly Cursor[];
	/** For the rise of a counter since the 2-hour block before. */
	readonly #before: Cursor;
	readonly #groups: Groups;
	#samples: BlockWriter;
	#buckets1m: BucketBlockWriter;
	#offsets: Uint32Array = new Uint32Array(2048);
	#values: Float64Array = new Float64Array(2048);

	constructor(block2h: number, tiers: Tiers, isCounter: (series: number) => boolean) {
		this.block2h = block2h;
		this.#tiers = tiers;
		this.#isCounter = isCounter;
		this.#blocks = blocks10mOf(block2h, tiers).map((flushed) => block10mCursor(tiers.blocks10m, flushed, TEN_MINUTES_MS));
		this.#before = bucketCursor(tiers.buckets1m, block2h - 1, TWO_HOURS_MS);
		this.#groups = new Groups(this.#blocks, (tiers.buckets1m.lastSeries(block2h) ?? -1) + 1);
		this.#samples = new BlockWriter();
		this.#buckets1m = this.#minutesWriter();
	}

	/** True if nothing would be lost if it ended here. */
	get between(): boolean {
		return this.#groups.between;
	}

	/** Works through a part of a group, and writes the group where it is complete. @returns the samples in it; undefined: all is done. */
	step(): number | undefined {
		const part = this.#groups.next();
		if (!part) return undefined;
		const base = this.block2h * TWO_HOURS_MS;
		let samples = 0;
		for (const series of part.series) {
			const entry = this.#gather(series, base);
			const counter = this.#isCounter(series);
			const lead = counter ? newestBefore(this.#before.chunk(series)) : undefined;
			this.#buckets1m.add(series, rollUp({ ...entry, base }, MINUTE_MS, counter, lead));
			this.#samples.add(entry);
			samples += entry.length;
		}
		if (part.ends) this.#write();
		return samples;
	}

	#write(): void {
		const first = this.#samples.first as number;
		this.#tiers.blocks2h.write(this.block2h, first, this.#samples.bytes());
		this.#tiers.buckets1m.write(this.block2h, first, this.#buckets1m.bytes());
		this.#samples = new BlockWriter();
		this.#buckets1m = this.#minutesWriter();
	}

	#minutesWriter(): BucketBlockWriter {
		return new BucketBlockWriter(this.block2h * TWO_HOURS_MS, MINUTE_MS, TWO_HOURS_MS / MINUTE_MS);
	}

	/** All samples of a series, as ms after the 2-hour block's start. Good until the next call. */
	#gather(series: number, base: number): Entry {
		let length = 0;
		for (const cursor of this.#blocks) {
			const stored = cursor.chunk(series);
			if (!stored || !("samples" in stored)) continue;
			const chunk = stored.samples;
			if (length + chunk.length > this.#offsets.length) {
				const room = Math.max(length + chunk.length, this.#offsets.length * 2);
				this.#offsets = resized(this.#offsets, room);
				this.#values = resized(this.#values, room);
			}
			const shift = chunk.base - base;
			for (let i = 0; i < chunk.length; i++) {
				this.#offsets[length + i] = (chunk.offsets[i] as number) + shift;
				this.#values[length + i] = chunk.values[i] as number;
			}
			length += chunk.length;
		}
		return { series, offsets: this.#offsets, values: this.#values, length };
	}
}

/** Flushed 10-minute blocks of a 2-hour block that are not compacted yet, ascending. */
export function blocks10mOf(block2h: number, tiers: Tiers) {
	return tiers.blocks10m.flushed.filter(({ index }) => Math.floor(index / BLOCKS_10M_PER_2H) === block2h);
}

/** Compacts a day's minute buckets into ten-minute buckets, one group of series at a time. After a cold start it goes on as above. */
export class DailyCompaction {
	readonly day: number;
	readonly #tiers: Tiers;
	readonly #blocks2h: readonly Cursor[];
	readonly #groups: Groups;
	#writer: BucketBlockWriter;

	constructor(day: number, tiers: Tiers) {
		this.day = day;
		this.#tiers = tiers;
		this.#blocks2h = Array.from({ length: BLOCKS_2H_PER_DAY }, (_, i) =>
			bucketCursor(tiers.buckets1m, day * BLOCKS_2H_PER_DAY + i, TWO_HOURS_MS),
		);
		this.#groups = new Groups(this.#blocks2h, (tiers.buckets10m.lastSeries(day) ?? -1) + 1);
		this.#writer = this.#newWriter();
	}

	/** True if nothing would be lost if it ended here. */
	get between(): boolean {
		return this.#groups.between;
	}

	/** Works through a part of a group, and writes the group where it is complete. @returns the buckets read; undefined: all is done. */
	step(): number | undefined {
		const part = this.#groups.next();
		if (!part) return undefined;
		let read = 0;
		for (const series of part.series) {
			const chunks: BucketChunk[] = [];
			for (const block2h of this.#blocks2h) {
				const stored = block2h.chunk(series);
				if (stored && "buckets" in stored) chunks.push(stored.buckets);
			}
			read += chunks.reduce((sum, chunk) => sum + chunk.length, 0);
			this.#writer.add(series, coarsen(chunks, TEN_MINUTES_MS));
		}
		if (part.ends) {
			this.#tiers.buckets10m.write(this.day, this.#writer.first as number, this.#writer.bytes());
			this.#writer = this.#newWriter();
		}
		return read;
	}

	#newWriter(): BucketBlockWriter {
		return new BucketBlockWriter(this.day * DAY_MS, TEN_MINUTES_MS, DAY_MS / TEN_MINUTES_MS);
	}
}

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
