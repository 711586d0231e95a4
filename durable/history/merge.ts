/** Making a two-hour span out of its ten-minute windows, one group of series at a time: the samples, and their buckets of a minute. */
import { BlockWriter, type Entry } from "./block.ts";
import { BucketBlockWriter } from "./bucket-block.ts";
import { bucketCursor, type Cursor, newestBefore, windowCursor } from "./cursor.ts";
import { rollUp } from "./rollup.ts";
import { Groups } from "./series-group.ts";
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
	readonly #groups: Groups;
	#samples: BlockWriter;
	#minutes: BucketBlockWriter;

	constructor(span: number, tiers: Tiers, isCounter: (series: number) => boolean) {
		this.span = span;
		this.#tiers = tiers;
		this.#isCounter = isCounter;
		this.#windows = windowsOf(span, tiers).map((sealed) => windowCursor(tiers.windows, sealed, WINDOW_MS));
		this.#before = bucketCursor(tiers.minutes, span - 1, SPAN_MS);
		this.#groups = new Groups(this.#windows, (tiers.minutes.lastSeries(span) ?? -1) + 1);
		this.#samples = new BlockWriter();
		this.#minutes = this.#minutesWriter();
	}

	/** Whether nothing would be lost if it ended here. */
	get between(): boolean {
		return this.#groups.between;
	}

	/** Works through a part of a group, and writes the group where it is complete. @returns the samples in it; undefined: all is done. */
	step(): number | undefined {
		const part = this.#groups.next();
		if (!part) return undefined;
		const base = this.span * SPAN_MS;
		let samples = 0;
		for (const series of part.series) {
			const entry = this.#gather(series, base);
			const counter = this.#isCounter(series);
			const lead = counter ? newestBefore(this.#before.piece(series)) : undefined;
			this.#minutes.add(series, rollUp({ ...entry, base }, MINUTE_MS, counter, lead));
			this.#samples.add(entry);
			samples += entry.length;
		}
		if (part.ends) this.#write();
		return samples;
	}

	#write(): void {
		const first = this.#samples.first as number;
		this.#tiers.spans.write(this.span, first, this.#samples.bytes());
		this.#tiers.minutes.write(this.span, first, this.#minutes.bytes());
		this.#samples = new BlockWriter();
		this.#minutes = this.#minutesWriter();
	}

	#minutesWriter(): BucketBlockWriter {
		return new BucketBlockWriter(this.span * SPAN_MS, MINUTE_MS, SPAN_MS / MINUTE_MS);
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
}

/** Sealed windows of a span that are not merged yet, ascending. */
export function windowsOf(span: number, tiers: Tiers) {
	return tiers.windows.sealed.filter(({ window }) => Math.floor(window / WINDOWS_A_SPAN) === span);
}

function grown<T extends Uint32Array | Float64Array>(from: T, to: T): T {
	to.set(from);
	return to;
}
