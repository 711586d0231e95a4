/** Making a day of ten-minute buckets out of its minutes, one group of series at a time. */
import { BucketBlockWriter } from "./bucket-block.ts";
import { bucketCursor, type Cursor } from "./cursor.ts";
import { coarsen } from "./rollup.ts";
import type { BucketRun } from "./run.ts";
import { Groups } from "./series-group.ts";
import { SPANS_A_DAY, type Tiers } from "./tiers.ts";
import { DAY_MS, SPAN_MS, WINDOW_MS } from "./window.ts";

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
