/** The sample interval of a series. */

import { Toll, type Work } from "../../work/work.ts";
import type { BucketChunk, Chunk, Sink, Store } from "../blocks/chunk.ts";
import type { Head } from "../tiers/head.ts";
import { newestInstants } from "../tiers/head-reader.ts";

const NEWEST = 9;

/** Usual time between its newest few samples, ms; 0: there are not two. */
export function cadenceOf(series: number, head: Head, store: Store): number {
	const instants = newestInstants(head, series, NEWEST);
	const [only] = instants;
	if (only === undefined) return 0;
	if (instants.length === 1) {
		const before = store.reader({ after: only, until: only, bucketMs: 0 }).before(series, only);
		return before ? only - before.at : 0;
	}
	return usualInterval(instants);
}

/** The median distance between instants, ascending or descending, ms; 0 of fewer than two. */
export function usualInterval(at: readonly number[]): number {
	const distances = at.slice(1).map((instant, i) => Math.abs(instant - (at[i] as number)));
	distances.sort((a, b) => a - b);
	return distances[distances.length >> 1] ?? 0;
}

/** A stretch of time, (after, until], ms. */
export interface TimeRange {
	after: number;
	until: number;
	/** See {@link Need}. */
	bucketMs: number;
}

class Seen implements Sink {
	readonly #stretch: TimeRange;
	found = false;

	constructor(stretch: TimeRange) {
		this.#stretch = stretch;
	}

	enough(): boolean {
		return this.found;
	}

	samples({ base, offsets, length }: Chunk): void {
		for (let i = 0; i < length && !this.found; i++) this.#look(base + (offsets[i] as number));
	}

	buckets({ ends, length }: BucketChunk): void {
		for (let i = 0; i < length && !this.found; i++) this.#look(ends[i] as number);
	}

	#look(at: number): void {
		this.found = at > this.#stretch.after && at <= this.#stretch.until;
	}
}

/** Those of the series that have a value in that time, in their order. */
export function* present(numbers: readonly number[], stretch: TimeRange, store: Store): Work<number[]> {
	const reader = store.reader(stretch);
	const toll = new Toll();
	const found: number[] = [];
	for (const series of numbers) {
		const sink = new Seen(stretch);
		reader.read(series, sink);
		if (sink.found) found.push(series);
		if (toll.due(LOOK_UNITS)) yield toll.taken();
	}
	return found;
}

/** Units of a look at one series: its first chunk is unpacked for it. */
const LOOK_UNITS = 200;

const SAMPLES = 9;

class Instants implements Sink {
	readonly #stretch: TimeRange;
	readonly found: number[] = [];

	constructor(stretch: TimeRange) {
		this.#stretch = stretch;
	}

	enough(): boolean {
		return this.found.length >= SAMPLES;
	}

	samples({ base, offsets, length }: Chunk): void {
		for (let i = 0; i < length && !this.enough(); i++) {
			const at = base + (offsets[i] as number);
			if (at > this.#stretch.after && at <= this.#stretch.until) this.found.push(at);
		}
	}

	/** A rollup does not say how often; it is coarser than that anyway. */
	buckets(): void {}
}

/** Series that are asked, and how many of them must answer. */
const ASKED = 200;
const MOST_REPORTED = 4;

/** Usual time between samples of the slowest of a few of these series in that time, ms; 0: nobody tells. */
export function* cadenceIn(numbers: readonly number[], stretch: TimeRange, store: Store): Work<number> {
	const reader = store.reader(stretch);
	let slowest = 0;
	let reported = 0;
	for (const series of numbers.slice(0, ASKED)) {
		const sink = new Instants(stretch);
		reader.read(series, sink);
		yield LOOK_UNITS;
		if (sink.found.length < 2) continue;
		slowest = Math.max(slowest, usualInterval(sink.found));
		if (++reported === MOST_REPORTED) break;
	}
	return slowest;
}
