/** The shapes in which stored values pass from a tier to whoever asked. */
import { placeOf } from "./block-index.ts";

/** Samples of one series, ascending: `values[i]` at `base + offsets[i]` ms. */
export interface Chunk {
	readonly base: number;
	readonly offsets: Uint32Array;
	readonly values: Float64Array;
	readonly length: number;
}

/** A sample by itself. */
export interface Sample {
	at: number;
	value: number;
}

/** Buckets of a rollup of one series, ascending; bucket i covers the `size` ms that end at `ends[i]`. */
export interface BucketChunk {
	readonly size: number;
	readonly ends: Float64Array;
	readonly count: Float64Array;
	readonly sum: Float64Array;
	readonly min: Float64Array;
	readonly max: Float64Array;
	readonly last: Float64Array;
	/** Instant of the last sample, ms. */
	readonly lastAt: Float64Array;
	/** Rise since the sample before the bucket, restarts handled; NaN: no sample before. */
	readonly increase: Float64Array;
	readonly length: number;
}

/** Takes what a tier has of one series, oldest first. Whole blocks come, so instants beyond what was asked do too. */
export interface Sink {
	samples(chunk: Chunk): void;
	buckets(chunk: BucketChunk): void;
	/** True if it needs no more: later chunks are left unread. */
	enough?(): boolean;
}

/** Which tiers an answer may come from. */
export interface Need {
	/** Instants in (after, until], ms. */
	after: number;
	until: number;
	/** Longest bucket that serves as well as the samples do, ms; 0: only samples do, buckets where samples are gone. */
	bucketMs: number;
}

export interface Reader {
	/** Feeds the sink. Cheapest where series are asked in ascending order. */
	read(series: number, sink: Sink): void;
	/** Newest sample before `at`, as far as {@link paired} reaches. */
	before(series: number, at: number): Sample | undefined;
}

/** Everything there is to read of one cluster. */
export interface Store {
	reader(need: Need): Reader;
}

/** A chunk that is still being filled: 12 bytes a sample. */
export class OpenChunk implements Chunk {
	readonly base: number;
	offsets: Uint32Array;
	values: Float64Array;
	length = 0;

	/** @param base no sample is before it, ms. @param room samples it is likely to have. */
	constructor(base: number, room: number) {
		this.base = base;
		this.offsets = new Uint32Array(room);
		this.values = new Float64Array(room);
	}

	/** @param at ms, at most 49 days after the base. @returns what was there at this instant before, or undefined. */
	put(at: number, value: number): number | undefined {
		const offset = at - this.base;
		let place = this.length;
		if (place > 0 && (this.offsets[place - 1] as number) >= offset) {
			place = placeOf(this.offsets.subarray(0, this.length), offset);
			if (this.offsets[place] === offset) {
				const before = this.values[place];
				this.values[place] = value;
				return before;
			}
		}
		this.#grow();
		if (place < this.length) {
			this.offsets.copyWithin(place + 1, place, this.length);
			this.values.copyWithin(place + 1, place, this.length);
		}
		this.offsets[place] = offset;
		this.values[place] = value;
		this.length++;
		return undefined;
	}

	#grow(): void {
		if (this.length < this.offsets.length) return;
		const offsets = new Uint32Array(this.length * 2);
		offsets.set(this.offsets);
		const values = new Float64Array(this.length * 2);
		values.set(this.values);
		this.offsets = offsets;
		this.values = values;
	}
}

/** Both chunks as one. Of two samples of one instant `over` has the one that counts. */
export function overlay(under: Chunk, over: Chunk): Chunk {
	const base = Math.min(under.base, over.base);
	const offsets = new Uint32Array(under.length + over.length);
	const values = new Float64Array(under.length + over.length);
	const [shiftUnder, shiftOver] = [under.base - base, over.base - base];
	let length = 0;
	for (let u = 0, o = 0; u < under.length || o < over.length; length++) {
		const below = u < under.length ? (under.offsets[u] as number) + shiftUnder : Number.POSITIVE_INFINITY;
		const above = o < over.length ? (over.offsets[o] as number) + shiftOver : Number.POSITIVE_INFINITY;
		offsets[length] = Math.min(below, above);
		values[length] = (above <= below ? over.values[o] : under.values[u]) as number;
		if (below <= above) u++;
		if (above <= below) o++;
	}
	return { base, offsets, values, length };
}

/** Samples of a chunk from one place up to another. */
export function part({ base, offsets, values }: Chunk, from: number, until: number): Chunk {
	return { base, offsets: offsets.subarray(from, until), values: values.subarray(from, until), length: until - from };
}

/** Place of the first sample after an instant. */
export function placeAfter({ base, offsets, length }: Chunk, at: number): number {
	let low = 0;
	let high = length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (base + (offsets[middle] as number) <= at) low = middle + 1;
		else high = middle;
	}
	return low;
}
