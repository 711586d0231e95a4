/** Making a day of ten-minute buckets out of its minutes, one group of series at a time. */
import { BucketBlock, type BucketEntry, writeBucketBlock } from "./bucket-block.ts";
import { bucketCursor, type Cursor } from "./cursor.ts";
import { coarsen } from "./rollup.ts";
import type { BucketRun } from "./run.ts";
import { groupFrom } from "./series-group.ts";
import { SPANS_A_DAY, type Tiers } from "./tiers.ts";
import { DAY_MS, SPAN_MS, WINDOW_MS } from "./window.ts";

/** A day on its way. Goes on after a cold start behind the last group that was written. */
export class Day {
	readonly day: number;
	readonly #tiers: Tiers;
	readonly #spans: readonly Cursor[];
	#from: number;

	constructor(day: number, tiers: Tiers) {
		this.day = day;
		this.#tiers = tiers;
		this.#spans = Array.from({ length: SPANS_A_DAY }, (_, i) => bucketCursor(tiers.minutes, day * SPANS_A_DAY + i, SPAN_MS));
		const written = tiers.tenMinutes.last(day);
		this.#from = written ? (new BucketBlock(written.block).series.at(-1) as number) + 1 : 0;
	}

	/** Makes one group. @returns the buckets it read; undefined: there is no further group. */
	step(): number | undefined {
		const numbers = groupFrom(this.#spans, this.#from);
		const first = numbers[0];
		if (first === undefined) return undefined;
		let read = 0;
		const entries = numbers.map((series): BucketEntry => {
			const runs: BucketRun[] = [];
			for (const span of this.#spans) {
				const piece = span.piece(series);
				if (piece && "buckets" in piece) runs.push(piece.buckets);
			}
			read += runs.reduce((sum, run) => sum + run.length, 0);
			return { series, buckets: coarsen(runs, WINDOW_MS) };
		});
		this.#tiers.tenMinutes.write(this.day, first, writeBucketBlock(this.day * DAY_MS, WINDOW_MS, DAY_MS / WINDOW_MS, entries));
		this.#from = (numbers.at(-1) as number) + 1;
		return read;
	}
}
