/**
 * The history of a cluster as a source of samples. Samples are as they were measured, for as long as they are kept (two days). Before that a
 * minute, and later ten minutes, have their last sample: it is given as what it is, a sample at its instant, and the answer says so.
 */

import type { Matcher } from "../../../colony-bridge/protocol/promql/terms.ts";
import { KEPT } from "../../../colony-bridge/protocol/query/retention.ts";
import type { BucketChunk, Chunk, Reader } from "../../history/blocks/chunk.ts";
import type { SeriesSource } from "../../history/query/target.ts";
import { Toll, type Work } from "../../work/work.ts";
import type { SampleSource, SeriesSamples, TakeSeries } from "../source.ts";
import { QueryLimit } from "../values.ts";
import type { SeriesIndex } from "./series-index.ts";
import { CONTEXT_MS, markEnds, mayHaveEnds } from "./staleness.ts";

const NOTHING = new Float64Array();

const HOURS = KEPT.samplesMs / 3_600_000;
/** Warning of an answer that was read from rollups. */
export const THINNED = `PromQL warning: every sample is kept for ${HOURS} hours; before that the last one of each minute or ten minutes is read`;

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
			const thinned = collect(reader, number, from, until);
			this.thinned ||= thinned;
			if (SCRATCH.length === 0) {
				if (toll.due(SERIES_UNITS)) yield toll.taken();
				continue;
			}
			let samples: Omit<SeriesSamples, "labels">;
			// A rolled-up series does not tell how often it was measured.
			if (thinned || !mayHaveEnds(SCRATCH.longest, SCRATCH.times[SCRATCH.length - 1] as number, until)) samples = SCRATCH.taken(from);
			else {
				// The samples that tell an end may lie before the range.
				earlier ??= readFrom(from - CONTEXT_MS);
				collect(earlier, number, from - CONTEXT_MS, until);
				samples = withEnds(from, until);
			}
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
	SCRATCH.begin();
	reader.read(series, {
		samples: (chunk: Chunk) => SCRATCH.take(chunk, after, until),
		buckets(buckets: BucketChunk) {
			SCRATCH.takeLast(buckets, after, until);
			thinned ||= buckets.length > 0;
		},
	});
	return thinned && SCRATCH.length > 0;
}

/** Samples of one series. It grows to the longest there was. */
class Scratch {
	times = new Float64Array(4096);
	values = new Float64Array(4096);
	length = 0;
	/** The longest time between two samples, ms. */
	longest = 0;

	begin(): void {
		this.length = 0;
		this.longest = 0;
	}

	take({ base, offsets, values, length }: Chunk, after: number, until: number): void {
		let from = 0;
		let end = length;
		while (from < end && base + (offsets[from] as number) <= after) from++;
		while (end > from && base + (offsets[end - 1] as number) > until) end--;
		if (from === end) return;
		if (this.length + end - from > this.times.length) this.#grow(2 * (this.length + end - from));
		const { times } = this;
		let to = this.length;
		let before = to > 0 ? (times[to - 1] as number) : base + (offsets[from] as number);
		let { longest } = this;
		this.values.set(end - from === values.length ? values : values.subarray(from, end), to);
		for (let i = from; i < end; i++) {
			const at = base + (offsets[i] as number);
			if (at - before > longest) longest = at - before;
			before = at;
			times[to++] = at;
		}
		this.length = to;
		this.longest = longest;
	}

	/** The last sample of each bucket. */
	takeLast({ last, lastAt, length }: BucketChunk, after: number, until: number): void {
		if (this.length + length > this.times.length) this.#grow(2 * (this.length + length));
		for (let i = 0; i < length; i++) {
			const at = lastAt[i] as number;
			if (at <= after || at > until) continue;
			this.times[this.length] = at;
			this.values[this.length++] = last[i] as number;
		}
	}

	/** Those after an instant. */
	taken(after: number): Omit<SeriesSamples, "labels"> {
		let first = 0;
		while (first < this.length && (this.times[first] as number) <= after) first++;
		return { times: this.times.slice(first, this.length), values: this.values.slice(first, this.length), length: this.length - first };
	}

	#grow(length: number): void {
		const [times, values] = [new Float64Array(length), new Float64Array(length)];
		times.set(this.times);
		values.set(this.values);
		[this.times, this.values] = [times, values];
	}
}

/** One for all reads: none goes on over a pause. */
const SCRATCH = new Scratch();

/** The samples after an instant with the ends among them. */
function withEnds(after: number, until: number): Omit<SeriesSamples, "labels"> {
	const { times, values, length } = SCRATCH;
	const marked = markEnds(times.subarray(0, length), values.subarray(0, length), until);
	const first = marked.times.findIndex((at) => at > after);
	if (first < 0) return { times: NOTHING, values: NOTHING, length: 0 };
	return {
		times: marked.times.subarray(first),
		values: marked.values.subarray(first),
		stale: marked.stale.subarray(first),
		length: marked.times.length - first,
	};
}
