/**
 * The history of a cluster as a source of samples. Samples are as they were measured, for as long as they are kept (two days). Before that a
 * minute, and later ten minutes, have their last sample: it is given as what it is, a sample at its instant, and the answer says so.
 */
import type { BucketChunk, Chunk, Reader } from "../../history/blocks/chunk.ts";
import type { SeriesSource } from "../../history/query/target.ts";
import { Toll, type Work } from "../../work/work.ts";
import type { Matcher, SampleSource, SeriesSamples, TakeSeries } from "../source.ts";
import { QueryLimit } from "../values.ts";
import type { SeriesIndex } from "./series-index.ts";
import { CONTEXT_MS, markEnds, needsContext } from "./staleness.ts";

const NOTHING = new Float64Array();

/** Units of looking for a series in the blocks of a range. */
const SERIES_UNITS = 50;

export class HistorySamples implements SampleSource {
	readonly #from: SeriesSource;
	readonly #index: SeriesIndex;
	readonly #now: number;
	readonly #most: number;
	/** Read so far. */
	samples = 0;
	/** A range was read of which only rollups are left. */
	thinned = false;

	/** For one query. @param now ms. @param most samples that it may read: no more are held. */
	constructor(from: SeriesSource, index: SeriesIndex, now: number, most = Number.POSITIVE_INFINITY) {
		this.#most = most;
		this.#from = from;
		this.#index = index;
		this.#now = now;
	}

	*select(matchers: readonly Matcher[], from: number, to: number): Work<SeriesSamples[]> {
		const found: SeriesSamples[] = [];
		// biome-ignore lint/correctness/useYield: nothing to wait for
		yield* this.each(matchers, from, to, function* (samples) {
			found.push(samples);
		});
		return found;
	}

	*each(matchers: readonly Matcher[], from: number, to: number, take: TakeSeries): Work<void> {
		const series = yield* this.#index.find(matchers);
		const until = Math.min(to, this.#now);
		const readFrom = (after: number) => this.#from.store.reader({ after, until, bucketMs: 0 });
		const reader = readFrom(from);
		let earlier: Reader | undefined;
		const toll = new Toll();
		for (const { number, labels } of series) {
			let thinned = collect(reader, number, from, until);
			if (!thinned && needsContext(SCRATCH.times, SCRATCH.length, from, until)) {
				earlier ??= readFrom(from - CONTEXT_MS);
				thinned = collect(earlier, number, from - CONTEXT_MS, until);
			}
			this.thinned ||= thinned;
			const samples = SCRATCH.taken(from, until, thinned);
			if (toll.due(SERIES_UNITS + samples.length)) yield toll.taken();
			if (samples.length === 0) continue;
			this.samples += samples.length;
			if (this.samples > this.#most) {
				throw new QueryLimit(
					`the query reads more than ${this.#most} samples: ask for a shorter time, or name more labels in its selectors`,
				);
			}
			yield* take({ labels, ...samples });
		}
		yield toll.taken();
	}
}

/** Fills the scratch with the samples of (after, until]. @returns whether some are what is left of a rolled-up series. */
function collect(reader: Reader, series: number, after: number, until: number): boolean {
	let thinned = false;
	SCRATCH.length = 0;
	const put = (at: number, value: number): void => {
		if (at > after && at <= until) SCRATCH.put(at, value);
	};
	reader.read(series, {
		samples({ base, offsets, values, length }: Chunk) {
			for (let i = 0; i < length; i++) put(base + (offsets[i] as number), values[i] as number);
		},
		buckets({ last, lastAt, length }: BucketChunk) {
			for (let i = 0; i < length; i++) put(lastAt[i] as number, last[i] as number);
			thinned ||= length > 0;
		},
	});
	return thinned && SCRATCH.length > 0;
}

/** Grows to the longest series there was. */
class Scratch {
	times = new Float64Array(4096);
	values = new Float64Array(4096);
	stale = new Uint8Array(4096);
	length = 0;

	put(at: number, value: number): void {
		if (this.length === this.times.length) this.#grow(this.length * 2);
		this.times[this.length] = at;
		this.values[this.length] = value;
		this.stale[this.length++] = 0;
	}

	/** Those after an instant, with the ends among them. @param thinned what is left of a rolled-up series tells nothing of how often it was measured. */
	taken(after: number, until: number, thinned: boolean): Omit<SeriesSamples, "labels"> {
		if (this.length === 0) return { times: NOTHING, values: NOTHING, length: 0 };
		const most = this.length * 2;
		if (most > this.times.length) this.#grow(most);
		const length = thinned ? this.length : markEnds(this.times, this.values, this.stale, this.length, until);
		let first = 0;
		while (first < length && (this.times[first] as number) <= after) first++;
		return {
			times: this.times.slice(first, length),
			values: this.values.slice(first, length),
			...(length > this.length && { stale: this.stale.slice(first, length) }),
			length: length - first,
		};
	}

	#grow(length: number): void {
		const [times, values, stale] = [new Float64Array(length), new Float64Array(length), new Uint8Array(length)];
		times.set(this.times);
		values.set(this.values);
		stale.set(this.stale);
		[this.times, this.values, this.stale] = [times, values, stale];
	}
}

/** One for all reads: none goes on over a pause. */
const SCRATCH = new Scratch();
