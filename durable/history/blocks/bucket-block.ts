/**
 * The values of one series' buckets: last, min, max, sum and, of a counter, its rise.
 *
 * First byte: digits after the point, plus 0x40 where the rise is told, plus 0x20 where the first bucket's is not known. Then, in units
 * of the last digit: last, max - last, last - min, and the sum minus what it would be halfway between min and max; of a counter the first
 * rise, and of each next one what it differs from the difference of the lasts, which is nothing but for a restart. Columns that say
 * nothing new are constant and cost two bytes.
 *
 * 0x80 (plus 0x40): the values are no short decimals; last, min, max, sum and the rise are columns of doubles.
 */

import { ByteReader, ByteWriter } from "../../../colony-bridge/protocol/query/codec/bytes.ts";
import { MOST_INTEGER, readIntegers, writeIntegers } from "../../../colony-bridge/protocol/query/codec/integers.ts";
import { requireFormat } from "../../storage/storage-fault.ts";
import { BUFFER_BYTES } from "../../work/resident.ts";
import { Directory, DirectoryWriter, readNumbers, readPresence, writeNumbers, writePresence } from "./block-index.ts";
import type { BucketChunk } from "./chunk.ts";
import { fromDecimals, readColumn, toDecimals, writeColumn } from "./column.ts";

interface BucketColumns {
	last: Float64Array;
	min: Float64Array;
	max: Float64Array;
	sum: Float64Array;
	/** NaN: not told. */
	increase: Float64Array;
}

const DOUBLES = 0x80;
const RISES = 0x40;
const FIRST_UNKNOWN = 0x20;
/**
 * Sums and rises are rounded to the last digit, which undoes what arithmetic added in error, as long as that is below half a digit: up to a
 * thousand terms of decimals within this, in units of the last digit. Whole numbers have no error at all.
 */
const MOST_DECIMAL_SUM = 2 ** 41;
const MOST_WHOLE_SUM = MOST_INTEGER / 4;

/** Which whole number is meant by what so many terms of this size came to; undefined: some of the terms had more digits. */
function wholeSum(sum: number, terms: number, size: number): number | undefined {
	const whole = Math.round(sum);
	return Math.abs(sum - whole) <= terms * (terms + 1) * size * Number.EPSILON ? whole : undefined;
}

function writeBucketColumns(chunk: BucketChunk, out: ByteWriter): void {
	const { length } = chunk;
	const rises = length > 0 && chunk.increase.subarray(0, length).some((rise) => !Number.isNaN(rise));
	const whole = toWhole(chunk, rises);
	if (!whole) {
		out.byte(DOUBLES + (rises ? RISES : 0));
		for (const values of [chunk.last, chunk.min, chunk.max, chunk.sum]) writeColumn(values, length, out);
		if (rises) writeColumn(chunk.increase, length, out);
		return;
	}
	const { digits, last, min, max, sum, increase } = whole;
	const firstUnknown = rises && Number.isNaN(chunk.increase[0]);
	out.byte(digits + (rises ? RISES : 0) + (firstUnknown ? FIRST_UNKNOWN : 0));
	if (rises) {
		out.signed(firstUnknown ? 0 : (increase[0] as number));
		const strange = new Float64Array(length - 1);
		for (let i = 1; i < length; i++) strange[i - 1] = (increase[i] as number) - ((last[i] as number) - (last[i - 1] as number));
		writeIntegers(strange, length - 1, out);
	}
	for (let i = 0; i < length; i++) {
		sum[i] = (sum[i] as number) - halfway(chunk.count[i] as number, min[i] as number, max[i] as number);
		max[i] = (max[i] as number) - (last[i] as number);
		min[i] = (last[i] as number) - (min[i] as number);
	}
	for (const numbers of [last, max, min, sum]) writeIntegers(numbers, length, out);
}

const halfway = (count: number, min: number, max: number): number => Math.round((count * (min + max)) / 2);

interface Whole extends BucketColumns {
	digits: number;
}

/** @returns the values in units of their last digit; undefined where they, or what they stand for, are no short decimals. */
function toWhole(chunk: BucketChunk, rises: boolean): Whole | undefined {
	const { length } = chunk;
	const three = new Float64Array(length * 3);
	three.set(chunk.last.subarray(0, length));
	three.set(chunk.min.subarray(0, length), length);
	three.set(chunk.max.subarray(0, length), length * 2);
	const scaled = new Float64Array(length * 3);
	const decimals = toDecimals(three, length * 3, scaled, 0);
	if (!decimals || decimals.exceptions.length > 0) return undefined;
	const { digits } = decimals;
	const power = 10 ** digits;
	const most = digits === 0 ? MOST_WHOLE_SUM : MOST_DECIMAL_SUM;
	const sum = new Float64Array(length);
	const increase = new Float64Array(length);
	for (let i = 0; i < length; i++) {
		const count = chunk.count[i] as number;
		const reach = Math.max(Math.abs(scaled[length + i] as number), Math.abs(scaled[length * 2 + i] as number));
		const rise = rises ? (chunk.increase[i] as number) * power : 0;
		if (reach * count > most || Math.abs(rise) > most || (Number.isNaN(rise) && i > 0)) return undefined;
		const total = wholeSum((chunk.sum[i] as number) * power, count, reach);
		const risen = Number.isNaN(rise) ? 0 : wholeSum(rise, count, reach + Math.abs(rise));
		if (total === undefined || risen === undefined) return undefined;
		sum[i] = total;
		increase[i] = risen;
	}
	return { digits, last: scaled.slice(0, length), min: scaled.slice(length, length * 2), max: scaled.slice(length * 2), sum, increase };
}

function readBucketColumns(from: ByteReader, count: Float64Array): BucketColumns {
	const { length } = count;
	const first = from.byte();
	const column = (read: typeof readColumn): Float64Array => {
		const values = new Float64Array(length);
		read(from, length, values);
		return values;
	};
	if (first & DOUBLES) {
		const [last, min, max, sum] = [column(readColumn), column(readColumn), column(readColumn), column(readColumn)];
		const increase = first & RISES ? column(readColumn) : new Float64Array(length).fill(Number.NaN);
		return { last, min, max, sum, increase };
	}
	const increase = new Float64Array(length).fill(Number.NaN);
	if (first & RISES) {
		increase[0] = from.signed();
		const strange = new Float64Array(Math.max(0, length - 1));
		readIntegers(from, length - 1, strange);
		increase.set(strange, 1);
	}
	const [last, max, min, sum] = [column(readIntegers), column(readIntegers), column(readIntegers), column(readIntegers)];
	for (let i = 0; i < length; i++) {
		max[i] = (max[i] as number) + (last[i] as number);
		min[i] = (last[i] as number) - (min[i] as number);
		sum[i] = (sum[i] as number) + halfway(count[i] as number, min[i] as number, max[i] as number);
		if (i > 0) increase[i] = (increase[i] as number) + ((last[i] as number) - (last[i - 1] as number));
	}
	const digits = first & 0x1f;
	for (const numbers of [last, min, max, sum, increase]) fromDecimals(numbers, length, digits);
	if (first & FIRST_UNKNOWN) increase[0] = Number.NaN;
	return { last, min, max, sum, increase };
}

/**
 * A block of buckets: the rollup of up to 64 series over one stretch of time, as one row.
 *
 *     format    1 byte, 1
 *     size      ms a bucket, buckets in the block                              varints
 *     series    as in a block of samples
 *     timings   count (varint), then each: presence over the block's buckets; how many samples, and how many ms after the
 *               bucket's start the last one came                               integers, twice
 *     directory of the timings, with the columns of values: see `directory.ts` and `bucket-columns.ts`
 *
 * Series of one push share their timing, so it is written once.
 */
const FORMAT = 1;

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

	/** @param series higher than the one before. @param chunk not empty. */
	add(series: number, chunk: BucketChunk): void {
		const known = this.#timings.findIndex((timing) => hasTiming(chunk, this.#base, timing));
		const which = known >= 0 ? known : this.#timings.push(timingOf(chunk, this.#base)) - 1;
		this.#series.push(series);
		this.#directory.add(which, (out) => writeBucketColumns(chunk, out));
	}

	/** First series; undefined: the block is empty. */
	get first(): number | undefined {
		return this.#series[0];
	}

	bytes(): Uint8Array {
		const frame = new ByteWriter();
		frame.byte(FORMAT);
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

/** Place of a bucket in its block, and ms from the bucket's start to its last sample. */
const placeIn = ({ ends, size }: BucketChunk, base: number, i: number): number => ((ends[i] as number) - base) / size - 1;
const lastIn = ({ ends, lastAt, size }: BucketChunk, i: number): number => (lastAt[i] as number) - (ends[i] as number) + size;

function timingOf(chunk: BucketChunk, base: number): Timing {
	const { length } = chunk;
	const places = new Uint32Array(length);
	const last = new Float64Array(length);
	for (let i = 0; i < length; i++) {
		places[i] = placeIn(chunk, base, i);
		last[i] = lastIn(chunk, i);
	}
	return { places, count: chunk.count.slice(0, length), last };
}

function hasTiming(chunk: BucketChunk, base: number, { places, count, last }: Timing): boolean {
	if (places.length !== chunk.length) return false;
	for (let i = 0; i < places.length; i++) {
		if (places[i] !== placeIn(chunk, base, i) || count[i] !== chunk.count[i] || last[i] !== lastIn(chunk, i)) return false;
	}
	return true;
}

export class BucketBlock {
	/** Ascending. */
	readonly series: Uint32Array;
	readonly #size: number;
	readonly #timings: Timing[];
	readonly #directory: Directory;

	/** @throws NewerVersion, or a RangeError where the bytes are no block. */
	constructor(bytes: Uint8Array) {
		const from = new ByteReader(bytes);
		requireFormat("a block of buckets", from.byte(), FORMAT);
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

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		const timings = this.#timings.reduce((sum, { places }) => sum + 20 * places.length + 3 * BUFFER_BYTES, 0);
		return this.#directory.bytes + this.series.byteLength + timings;
	}

	/** @param place of the series in `series`. @param base the block's start, ms. */
	chunk(place: number, base: number): BucketChunk {
		const { places, count, last } = this.#timings[this.#directory.which(place)] as Timing;
		const values: BucketColumns = readBucketColumns(this.#directory.column(place), count);
		const size = this.#size;
		const ends = new Float64Array(places.length);
		const lastAt = new Float64Array(places.length);
		for (let i = 0; i < places.length; i++) {
			const start = base + (places[i] as number) * size;
			ends[i] = start + size;
			lastAt[i] = start + (last[i] as number);
		}
		return {
			size,
			ends,
			lastAt,
			count,
			length: count.length,
			...values,
		};
	}
}
