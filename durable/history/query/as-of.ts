/** Series as they were at an instant: which were active, and their newest samples then. */

import { Toll, type Work } from "../../work/work.ts";
import type { BucketChunk, Chunk, Sink, Store } from "../blocks/chunk.ts";
import { ACTIVE_MS, ActiveSeries } from "../index/active-series.ts";
import type { KnownSeries } from "../index/known-series.ts";
import { usualInterval } from "./presence-scan.ts";

/** Units of reading ten minutes of a series. */
const SERIES_UNITS = 40;
/** Units of taking a series in. */
const ENTER_UNITS = 20;
/** Instants that tell how often a series is sampled. */
const INSTANTS = 9;

/** Takes the newest sample up to an instant. */
class Newest implements Sink {
	readonly #until: number;
	at = Number.NEGATIVE_INFINITY;
	value = 0;

	constructor(until: number) {
		this.#until = until;
	}

	samples({ base, offsets, values, length }: Chunk): void {
		let last = length - 1;
		while (last >= 0 && base + (offsets[last] as number) > this.#until) last--;
		if (last >= 0) this.#take(base + (offsets[last] as number), values[last] as number);
	}

	/** Rollups keep the last sample of each bucket. */
	buckets({ last, lastAt, length }: BucketChunk): void {
		for (let i = 0; i < length; i++) if ((lastAt[i] as number) <= this.#until) this.#take(lastAt[i] as number, last[i] as number);
	}

	#take(at: number, value: number): void {
		if (at < this.at) return;
		this.at = at;
		this.value = value;
	}
}

/** A sampled series has its newest sample in this time, mostly: reading it takes a fraction of reading all the time in which it counts as active, ms. */
const MOSTLY_MS = 45_000;

/** @param at ms. @returns the series that were active then, with the instant of the newest sample of all; 0: there was none. */
export function* activeAt(at: number, known: KnownSeries, store: Store): Work<{ active: ActiveSeries; newest: number }> {
	const toll = new Toll();
	const found = new Map<number, Newest>();
	let newest = 0;
	let others = Array.from({ length: known.size }, (_, number) => number);
	for (const span of [MOSTLY_MS, ACTIVE_MS]) {
		const reader = store.reader({ after: at - span, until: at, bucketMs: 0 });
		const without: number[] = [];
		for (const number of others) {
			if (!known.has(number)) continue;
			const sink = new Newest(at);
			reader.read(number, sink);
			if (toll.due(SERIES_UNITS)) yield toll.taken();
			if (sink.at > at - span) {
				found.set(number, sink);
				newest = Math.max(newest, sink.at);
			} else without.push(number);
		}
		others = without;
	}
	const active = new ActiveSeries((number) => known.get(number));
	for (const [number, sample] of [...found].sort(([a], [b]) => a - b)) {
		active.touch(number, sample.at, sample.value, newest);
		if (toll.due(ENTER_UNITS)) yield toll.taken();
	}
	yield toll.taken();
	return { active, newest };
}

/** Usual time between the newest samples of a series up to an instant, ms; 0: there are not two within ten minutes. */
export function cadenceAt(series: number, at: number, store: Store): number {
	const instants: number[] = [];
	const take = (instant: number) => {
		if (instant > at - ACTIVE_MS && instant <= at) instants.push(instant);
	};
	store.reader({ after: at - ACTIVE_MS, until: at, bucketMs: 0 }).read(series, {
		samples({ base, offsets, length }) {
			for (let i = 0; i < length; i++) take(base + (offsets[i] as number));
		},
		buckets({ lastAt }) {
			for (const instant of lastAt) take(instant);
		},
	});
	return usualInterval(instants.slice(-INSTANTS));
}
