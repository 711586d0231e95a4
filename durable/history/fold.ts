/**
 * Bringing late samples into a span that is merged: its samples and its minutes, and the ten minutes of its day where that is over, are
 * written anew for the series that have any, a row's worth at a time. Each step is whole in itself: it goes on behind the last one after a
 * cold start, and what was folded twice is as if it were folded once.
 *
 * The first rise of a counter in the span after may be another now, so its minutes are told again too.
 */
import { bucketCursor, newestBefore, sampleCursor } from "./cursor.ts";
import { type LateState, together } from "./late.ts";
import { overlay } from "./overlay.ts";
import { bucketFormat, revise, sampleFormat } from "./revise.ts";
import { coarsen, rollUp } from "./rollup.ts";
import type { BucketRun, Run, Sample } from "./run.ts";
import { SPANS_A_DAY, type Tiers } from "./tiers.ts";
import { DAY_MS, MINUTE_MS, SPAN_MS, WINDOW_MS } from "./window.ts";

/** A span waits until nothing late has come for it for this long, ms of the cluster's own time, or for so many parts: each is looked into by who reads it. */
const QUIET_MS = 2 * WINDOW_MS;
const MOST_PARTS = 16;
const SERIES_A_STEP = 64;

/** @returns what to fold, begun or next; undefined: nothing is due. */
export function foldDue({ late, mergedBefore, head }: Tiers): LateState["fold"] {
	if (late.state.fold) return late.state.fold;
	const spans = [...new Set(late.state.parts.map(({ span }) => span))].sort((a, b) => a - b);
	for (const span of spans) {
		const parts = late.partsOf(span);
		if (span >= mergedBefore) return undefined;
		if (parts.length < MOST_PARTS && head.newest - (parts.at(-1)?.at as number) < QUIET_MS) continue;
		return { span, parts: parts.map(({ id }) => id), from: 0 };
	}
	return undefined;
}

/** Folds some series. @returns the samples worked through; undefined: the span is done, and its parts are gone. */
export function foldStep(fold: NonNullable<LateState["fold"]>, tiers: Tiers, isCounter: (series: number) => boolean): number | undefined {
	const { span, parts } = fold;
	const cursors = parts.map((id) => tiers.late.cursor({ id, span }));
	const waiting = cursors.flatMap((cursor) => cursor.seriesFrom(fold.from, SERIES_A_STEP));
	const first = waiting.length > 0 ? Math.min(...waiting) : undefined;
	if (first === undefined) {
		tiers.late.drop(parts);
		return undefined;
	}
	// No further than a row reaches.
	const until = tiers.spans.next(span, first) ?? Number.POSITIVE_INFINITY;
	const series = [...new Set(waiting)].filter((number) => number < until).sort((a, b) => a - b);
	const some = series.slice(0, SERIES_A_STEP);
	const { samples, minutes, led } = gather(span, some, (number) => together(cursors, number) as Run, tiers, isCounter);
	revise(tiers.spans, span, samples, sampleFormat(span * SPAN_MS));
	revise(tiers.minutes, span, minutes, bucketFormat(span * SPAN_MS, MINUTE_MS, SPAN_MS));
	const after = riseAnew(span + 1, led, tiers);
	const day = Math.floor(span / SPANS_A_DAY);
	const dayAfter = Math.floor((span + 1) / SPANS_A_DAY);
	coarsenAnew(day, some, tiers);
	if (dayAfter !== day) coarsenAnew(dayAfter, after, tiers);
	fold.from = (some.at(-1) as number) + 1;
	let worked = 0;
	for (const { length } of samples.values()) worked += length;
	return worked;
}

interface Gathered {
	samples: Map<number, Run>;
	minutes: Map<number, BucketRun>;
	/** Counters whose last sample is another now: it leads their first rise in the span after. */
	led: Map<number, Sample>;
}

function gather(
	span: number,
	series: readonly number[],
	late: (series: number) => Run,
	tiers: Tiers,
	isCounter: (series: number) => boolean,
): Gathered {
	const found: Gathered = { samples: new Map(), minutes: new Map(), led: new Map() };
	const known = sampleCursor(tiers.spans, span, SPAN_MS);
	const before = bucketCursor(tiers.minutes, span - 1, SPAN_MS);
	for (const number of series) {
		const over = late(number);
		const piece = known.piece(number);
		const last = newestBefore(piece);
		const all = piece && "samples" in piece ? overlay(piece.samples, over) : over;
		const counter = isCounter(number);
		found.samples.set(number, all);
		found.minutes.set(number, rollUp(all, MINUTE_MS, counter, counter ? newestBefore(before.piece(number)) : undefined));
		const lastNow = newestBefore({ samples: all }) as Sample;
		if (counter && (last?.at !== lastNow.at || last.value !== lastNow.value)) found.led.set(number, lastNow);
	}
	return found;
}

/** Tells the rises of a span again where another sample leads them. @returns the series that have samples in it. */
function riseAnew(span: number, leads: ReadonlyMap<number, Sample>, { spans, minutes }: Tiers): number[] {
	const known = sampleCursor(spans, span, SPAN_MS);
	const fresh = new Map<number, BucketRun>();
	for (const [series, lead] of leads) {
		const piece = known.piece(series);
		if (piece && "samples" in piece) fresh.set(series, rollUp(piece.samples, MINUTE_MS, true, lead));
	}
	revise(minutes, span, fresh, bucketFormat(span * SPAN_MS, MINUTE_MS, SPAN_MS));
	return [...fresh.keys()];
}

function coarsenAnew(day: number, series: readonly number[], { minutes, tenMinutes, daysBefore }: Tiers): void {
	if (day >= daysBefore) return;
	const spans = Array.from({ length: SPANS_A_DAY }, (_, i) => bucketCursor(minutes, day * SPANS_A_DAY + i, SPAN_MS));
	const fresh = new Map<number, BucketRun>();
	for (const number of series) {
		const runs: BucketRun[] = [];
		for (const span of spans) {
			const piece = span.piece(number);
			if (piece && "buckets" in piece) runs.push(piece.buckets);
		}
		fresh.set(number, coarsen(runs, WINDOW_MS));
	}
	revise(tenMinutes, day, fresh, bucketFormat(day * DAY_MS, WINDOW_MS, DAY_MS));
}
