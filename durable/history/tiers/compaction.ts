/** How series are put together in the rows of merged tiers. */

import { BlockWriter, type Entry } from "../blocks/block.ts";
import { BucketBlockWriter } from "../blocks/bucket-block.ts";
import type { BucketRun } from "../blocks/chunk.ts";
import { DAY_MS, MINUTE_MS, SPAN_MS, WINDOW_MS, WINDOWS_A_SPAN } from "../blocks/partition.ts";
import { bucketCursor, type Cursor, newestBefore, windowCursor } from "./cursor.ts";
import { coarsen, rollUp } from "./rollup.ts";
import { SPANS_A_DAY, type Tiers } from "./tiers.ts";

/** Series a row: more would make reading one series dear, fewer would make more rows, and rows are what is paid for. */
const SERIES_A_GROUP = 64;
/** Series worked through at once: a group is spread over several pushes. */
const SERIES_A_PART = 8;

export interface GroupPart {
	series: readonly number[];
	/** The group is complete with this part. */
	ends: boolean;
}

/** The series of several cuts of time, ascending, group by group: those that live together stand together, however many were seen before. */
export class Groups {
	readonly #cuts: readonly Cursor[];
	#from: number;
	#group: number[] = [];
	#place = 0;

	constructor(cuts: readonly Cursor[], from: number) {
		this.#cuts = cuts;
		this.#from = from;
	}

	/** Whether no group is begun that is not complete. */
	get between(): boolean {
		return this.#place === this.#group.length;
	}

	/** @returns undefined after the last one. */
	next(): GroupPart | undefined {
		if (this.between) {
			this.#group = this.#gather();
			this.#place = 0;
		}
		const series = this.#group.slice(this.#place, this.#place + SERIES_A_PART);
		this.#place += series.length;
		return series.length === 0 ? undefined : { series, ends: this.between };
	}

	#gather(): number[] {
		const all = new Set<number>();
		for (const cut of this.#cuts) for (const series of cut.seriesFrom(this.#from, SERIES_A_GROUP)) all.add(series);
		const group = [...all].sort((a, b) => a - b).slice(0, SERIES_A_GROUP);
		this.#from = (group.at(-1) ?? this.#from) + 1;
		return group;
	}
}

/** Making a two-hour span out of its ten-minute windows, one group of series at a time: the samples, and their buckets of a minute. */
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

/** Making a day of ten-minute buckets out of its minutes, one group of series at a time. */
/** A day on its way. Goes on after a cold start behind the last group that was written. */
export class Day {
	readonly day: number;
	readonly #tiers: Tiers;
	readonly #spans: readonly Cursor[];
	readonly #groups: Groups;
	#writer: BucketBlockWriter;

	constructor(day: number, tiers: Tiers) {
		this.day = day;
		this.#tiers = tiers;
		this.#spans = Array.from({ length: SPANS_A_DAY }, (_, i) => bucketCursor(tiers.minutes, day * SPANS_A_DAY + i, SPAN_MS));
		this.#groups = new Groups(this.#spans, (tiers.tenMinutes.lastSeries(day) ?? -1) + 1);
		this.#writer = this.#newWriter();
	}

	/** Whether nothing would be lost if it ended here. */
	get between(): boolean {
		return this.#groups.between;
	}

	/** Works through a part of a group, and writes the group where it is complete. @returns the buckets read; undefined: all is done. */
	step(): number | undefined {
		const part = this.#groups.next();
		if (!part) return undefined;
		let read = 0;
		for (const series of part.series) {
			const runs: BucketRun[] = [];
			for (const span of this.#spans) {
				const piece = span.piece(series);
				if (piece && "buckets" in piece) runs.push(piece.buckets);
			}
			read += runs.reduce((sum, run) => sum + run.length, 0);
			this.#writer.add(series, coarsen(runs, WINDOW_MS));
		}
		if (part.ends) {
			this.#tiers.tenMinutes.write(this.day, this.#writer.first as number, this.#writer.bytes());
			this.#writer = this.#newWriter();
		}
		return read;
	}

	#newWriter(): BucketBlockWriter {
		return new BucketBlockWriter(this.day * DAY_MS, WINDOW_MS, DAY_MS / WINDOW_MS);
	}
}
