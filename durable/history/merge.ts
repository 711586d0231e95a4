/** Making a two-hour span out of its ten-minute windows, one group of series at a time: the samples, and their buckets of a minute. */
import { type Entry, writeBlock } from "./block.ts";
import { BucketBlock, type BucketEntry, writeBucketBlock } from "./bucket-block.ts";
import { bucketCursor, type Cursor, windowCursor } from "./cursor.ts";
import { type Lead, rollUp } from "./rollup.ts";
import { groupFrom } from "./series-group.ts";
import type { Tiers } from "./tiers.ts";
import { MINUTE_MS, SPAN_MS, WINDOW_MS, WINDOWS_A_SPAN } from "./window.ts";

/** A span on its way. Goes on after a cold start behind the last group that was written. */
export class Merge {
	readonly span: number;
	readonly #tiers: Tiers;
	readonly #isCounter: (series: number) => boolean;
	readonly #windows: readonly Cursor[];
	/** For the rise of a counter since the span before. */
	readonly #before: Cursor;
	#from: number;

	constructor(span: number, tiers: Tiers, isCounter: (series: number) => boolean) {
		this.span = span;
		this.#tiers = tiers;
		this.#isCounter = isCounter;
		this.#windows = windowsOf(span, tiers).map((sealed) => windowCursor(tiers.windows, sealed, WINDOW_MS));
		this.#before = bucketCursor(tiers.minutes, span - 1, SPAN_MS);
		const written = tiers.minutes.last(span);
		this.#from = written ? (new BucketBlock(written.block).series.at(-1) as number) + 1 : 0;
	}

	/** Merges one group. @returns the samples in it; undefined: there is no further group. */
	step(): number | undefined {
		const numbers = groupFrom(this.#windows, this.#from);
		const first = numbers[0];
		if (first === undefined) return undefined;
		const base = this.span * SPAN_MS;
		const entries: Entry[] = [];
		const buckets: BucketEntry[] = [];
		let samples = 0;
		for (const series of numbers) {
			const entry = this.#gather(series, base);
			const counter = this.#isCounter(series);
			entries.push(entry);
			buckets.push({ series, buckets: rollUp({ ...entry, base }, MINUTE_MS, counter, counter ? this.#lead(series) : undefined) });
			samples += entry.length;
		}
		this.#tiers.spans.write(this.span, first, writeBlock(entries));
		this.#tiers.minutes.write(this.span, first, writeBucketBlock(base, MINUTE_MS, SPAN_MS / MINUTE_MS, buckets));
		this.#from = (numbers.at(-1) as number) + 1;
		return samples;
	}

	/** All samples of a series, as ms after the span's start. */
	#gather(series: number, base: number): Entry {
		let offsets = new Uint32Array(256);
		let values = new Float64Array(256);
		let length = 0;
		for (const cursor of this.#windows) {
			const piece = cursor.piece(series);
			if (!piece || !("samples" in piece)) continue;
			const run = piece.samples;
			if (length + run.length > offsets.length) {
				const room = Math.max(length + run.length, offsets.length * 2);
				[offsets, values] = [grown(offsets, new Uint32Array(room)), grown(values, new Float64Array(room))];
			}
			const shift = run.base - base;
			for (let i = 0; i < run.length; i++) offsets[length + i] = (run.offsets[i] as number) + shift;
			values.set(run.values.subarray(0, run.length), length);
			length += run.length;
		}
		return { series, offsets, values, length };
	}

	#lead(series: number): Lead | undefined {
		const piece = this.#before.piece(series);
		if (!piece || !("buckets" in piece)) return undefined;
		const { lastAt, last, length } = piece.buckets;
		return { at: lastAt[length - 1] as number, value: last[length - 1] as number };
	}
}

/** Sealed windows of a span that are not merged yet, ascending. */
export function windowsOf(span: number, tiers: Tiers) {
	return tiers.windows.sealed.filter(({ window }) => Math.floor(window / WINDOWS_A_SPAN) === span);
}

function grown<T extends Uint32Array | Float64Array>(from: T, to: T): T {
	to.set(from);
	return to;
}
