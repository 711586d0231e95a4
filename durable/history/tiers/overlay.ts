/** Samples of one series out of two places that may tell of the same time: those that came later stand over those that were there. */
import type { BucketChunk, Chunk, Sink } from "../blocks/chunk.ts";

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

/** Passes on what the tiers have of a series, with its out-of-order samples among it. No bucket may cover the time of a out-of-order sample. */
export class Overlaid implements Sink {
	readonly #sink: Sink;
	readonly #outOfOrder: Chunk;
	#place = 0;

	constructor(sink: Sink, outOfOrder: Chunk) {
		this.#sink = sink;
		this.#outOfOrder = outOfOrder;
	}

	samples(chunk: Chunk): void {
		const outOfOrder = this.#until(chunk.base + (chunk.offsets[chunk.length - 1] as number));
		this.#sink.samples(outOfOrder ? overlay(chunk, outOfOrder) : chunk);
	}

	buckets(chunk: BucketChunk): void {
		this.#pass(chunk.ends[chunk.length - 1] as number);
		this.#sink.buckets(chunk);
	}

	/** All tiers have been read. */
	finish(): void {
		this.#pass(Number.POSITIVE_INFINITY);
	}

	#pass(at: number): void {
		const outOfOrder = this.#until(at);
		if (outOfOrder) this.#sink.samples(outOfOrder);
	}

	/** out-of-order samples up to an instant that have not been passed on. */
	#until(at: number): Chunk | undefined {
		const { base, offsets, length } = this.#outOfOrder;
		const from = this.#place;
		while (this.#place < length && base + (offsets[this.#place] as number) <= at) this.#place++;
		return this.#place > from ? part(this.#outOfOrder, from, this.#place) : undefined;
	}
}
