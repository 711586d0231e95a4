/**
 * A block of buckets: the rollup of up to 64 series over one stretch of time, as one row.
 *
 *     version   1 byte, 1
 *     size      ms a bucket, buckets in the block                              varints
 *     series    as in a block of samples
 *     timings   count (varint), then each: presence over the block's buckets; how many samples, and how many ms after the
 *               bucket's start the last one came                               integers, twice
 *     directory of the timings, with the columns of values: see `directory.ts` and `bucket-columns.ts`
 *
 * Series of one push share their timing, so it is written once.
 */

import { ByteReader, ByteWriter } from "../../colony-bridge/protocol/codec/bytes.ts";
import { readIntegers, writeIntegers } from "../../colony-bridge/protocol/codec/integers.ts";
import { type BucketColumns, readBucketColumns, writeBucketColumns } from "./bucket-columns.ts";
import { Directory, DirectoryWriter } from "./directory.ts";
import { readPresence, writePresence } from "./presence.ts";
import type { BucketRun } from "./run.ts";
import { readNumbers, writeNumbers } from "./series-numbers.ts";

const VERSION = 1;

interface Timing {
	/** Places of the buckets in the block. */
	places: Uint32Array;
	count: Float64Array;
	/** ms after the bucket's start. */
	last: Float64Array;
}

/** A block in the making. */
export class BucketBlockWriter {
	readonly #base: number;
	readonly #size: number;
	readonly #buckets: number;
	readonly #series: number[] = [];
	readonly #timings: Timing[] = [];
	readonly #directory = new DirectoryWriter();

	/** @param base the block's start, ms. @param size ms a bucket. @param buckets how many it has room for. */
	constructor(base: number, size: number, buckets: number) {
		this.#base = base;
		this.#size = size;
		this.#buckets = buckets;
	}

	/** @param series higher than the one before. @param run not empty. */
	add(series: number, run: BucketRun): void {
		const timing = timingOf(run, this.#base);
		const known = this.#timings.findIndex((other) => sameTiming(other, timing));
		this.#series.push(series);
		this.#directory.add(known >= 0 ? known : this.#timings.push(timing) - 1, (out) => writeBucketColumns(run, out));
	}

	/** First series; undefined: the block is empty. */
	get first(): number | undefined {
		return this.#series[0];
	}

	bytes(): Uint8Array {
		const frame = new ByteWriter();
		frame.byte(VERSION);
		frame.varint(this.#size);
		frame.varint(this.#buckets);
		writeNumbers(this.#series, frame);
		frame.varint(this.#timings.length);
		for (const { places, count, last } of this.#timings) {
			writePresence(allPlaces(this.#buckets), places, places.length, frame);
			writeIntegers(count.slice(), places.length, frame);
			writeIntegers(last.slice(), places.length, frame);
		}
		this.#directory.writeInto(frame);
		return frame.take();
	}
}

function allPlaces(buckets: number): Uint32Array {
	return Uint32Array.from({ length: buckets }, (_, i) => i);
}

function timingOf({ ends, count, lastAt, size, length }: BucketRun, base: number): Timing {
	return {
		places: Uint32Array.from({ length }, (_, i) => ((ends[i] as number) - base) / size - 1),
		count: count.slice(0, length),
		last: Float64Array.from({ length }, (_, i) => (lastAt[i] as number) - (ends[i] as number) + size),
	};
}

function sameTiming(a: Timing, b: Timing): boolean {
	if (a.places.length !== b.places.length) return false;
	for (let i = 0; i < a.places.length; i++) {
		if (a.places[i] !== b.places[i] || a.count[i] !== b.count[i] || a.last[i] !== b.last[i]) return false;
	}
	return true;
}

export class BucketBlock {
	/** Ascending. */
	readonly series: Uint32Array;
	readonly #size: number;
	readonly #timings: Timing[];
	readonly #directory: Directory;

	/** @throws RangeError where the bytes are no block, or one of a newer version. */
	constructor(bytes: Uint8Array) {
		const from = new ByteReader(bytes);
		const version = from.byte();
		if (version !== VERSION) throw new RangeError(`block of version ${version}: this program reads version ${VERSION}`);
		this.#size = from.varint();
		const all = allPlaces(from.varint());
		this.series = readNumbers(from);
		this.#timings = Array.from({ length: from.varint() }, () => {
			const places = readPresence(from, all);
			const count = new Float64Array(places.length);
			readIntegers(from, places.length, count);
			const last = new Float64Array(places.length);
			readIntegers(from, places.length, last);
			return { places, count, last };
		});
		this.#directory = new Directory(from, this.series.length);
	}

	/** @param place of the series in `series`. @param base the block's start, ms. */
	run(place: number, base: number): BucketRun {
		const { places, count, last } = this.#timings[this.#directory.which(place)] as Timing;
		const values: BucketColumns = readBucketColumns(this.#directory.column(place), count);
		const size = this.#size;
		return {
			size,
			ends: Float64Array.from(places, (bucket) => base + (bucket + 1) * size),
			lastAt: Float64Array.from(places, (bucket, i) => base + bucket * size + (last[i] as number)),
			count,
			length: count.length,
			...values,
		};
	}
}
