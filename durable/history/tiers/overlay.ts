/** Samples of one series out of two places that may tell of the same time: those that came later stand over those that were there. */
import type { BucketRun, Run, Sink } from "../blocks/chunk.ts";

/** Both runs as one. Of two samples of one instant `over` has the one that counts. */
export function overlay(under: Run, over: Run): Run {
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

/** Samples of a run from one place up to another. */
export function part({ base, offsets, values }: Run, from: number, until: number): Run {
	return { base, offsets: offsets.subarray(from, until), values: values.subarray(from, until), length: until - from };
}

/** Passes on what the tiers have of a series, with its late samples among it. No bucket may cover the time of a late sample. */
export class Overlaid implements Sink {
	readonly #sink: Sink;
	readonly #late: Run;
	#place = 0;

	constructor(sink: Sink, late: Run) {
		this.#sink = sink;
		this.#late = late;
	}

	samples(run: Run): void {
		const late = this.#until(run.base + (run.offsets[run.length - 1] as number));
		this.#sink.samples(late ? overlay(run, late) : run);
	}

	buckets(run: BucketRun): void {
		this.#pass(run.ends[run.length - 1] as number);
		this.#sink.buckets(run);
	}

	/** All tiers have been read. */
	finish(): void {
		this.#pass(Number.POSITIVE_INFINITY);
	}

	#pass(at: number): void {
		const late = this.#until(at);
		if (late) this.#sink.samples(late);
	}

	/** Late samples up to an instant that have not been passed on. */
	#until(at: number): Run | undefined {
		const { base, offsets, length } = this.#late;
		const from = this.#place;
		while (this.#place < length && base + (offsets[this.#place] as number) <= at) this.#place++;
		return this.#place > from ? part(this.#late, from, this.#place) : undefined;
	}
}
