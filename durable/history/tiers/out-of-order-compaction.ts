/** Writing rows of a merged tier anew, where some of their series have changed or are new in them. */
import { type Block, BlockWriter } from "../blocks/block.ts";
import type { BlockRows, Listed } from "../blocks/block-rows.ts";
import { type BucketBlock, BucketBlockWriter } from "../blocks/bucket-block.ts";
import type { BucketRun, Run, Sample } from "../blocks/chunk.ts";
import { DAY_MS, MINUTE_MS, SPAN_MS, WINDOW_MS } from "../blocks/partition.ts";
import { bucketCursor, newestBefore, sampleCursor } from "./cursor.ts";
import { type LateState, together } from "./out-of-order.ts";
import { overlay } from "./overlay.ts";
import { coarsen, rollUp } from "./rollup.ts";
import { SPANS_A_DAY, type Tiers } from "./tiers.ts";

/** A row that has got more series than this is divided. */
const MOST_SERIES_A_ROW = 96;

/** @property pack makes a row. */
interface Format<B, T> {
	read(block: B, place: number): T;
	pack(series: readonly number[], of: (series: number) => T): Uint8Array;
}

/** @param base the cut's start, ms: offsets of all runs are from there. */
export function sampleFormat(base: number): Format<Block, Run> {
	return {
		read: (block, place) => block.run(place, base),
		pack(series, of) {
			const writer = new BlockWriter();
			for (const one of series) {
				const { offsets, values, length } = of(one);
				writer.add({ series: one, offsets, values, length });
			}
			return writer.bytes();
		},
	};
}

/** @param base the cut's start, ms. @param size ms a bucket. @param cut ms a cut. */
export function bucketFormat(base: number, size: number, cut: number): Format<BucketBlock, BucketRun> {
	return {
		read: (block, place) => block.run(place, base),
		pack(series, of) {
			const writer = new BucketBlockWriter(base, size, cut / size);
			for (const one of series) writer.add(one, of(one));
			return writer.bytes();
		},
	};
}

/** @param fresh what the series have now, all of the cut. */
export function revise<B extends Listed, T>(rows: BlockRows<B>, cut: number, fresh: ReadonlyMap<number, T>, format: Format<B, T>): void {
	let rest = [...fresh.keys()].sort((a, b) => a - b);
	for (let first = rest[0]; first !== undefined; first = rest[0]) {
		const block = rows.find(cut, first);
		const next = rows.next(cut, first) ?? Number.POSITIVE_INFINITY;
		const mine = rest.filter((series) => series < next);
		rest = rest.slice(mine.length);
		const places = new Map(Array.from(block?.series ?? [], (series, place) => [series, place]));
		const all = [...new Set([...places.keys(), ...mine])].sort((a, b) => a - b);
		const size = Math.ceil(all.length / Math.ceil(all.length / MOST_SERIES_A_ROW));
		for (let i = 0; i < all.length; i += size) {
			const some = all.slice(i, i + size);
			const of = (series: number): T => fresh.get(series) ?? format.read(block as B, places.get(series) as number);
			rows.write(cut, some[0] as number, format.pack(some, of));
		}
	}
}

/**
 * Bringing late samples into a span that is merged: its samples and its minutes, and the ten minutes of its day where that is over, are
 * written anew for the series that have any, a row's worth at a time. Each step is whole in itself: it goes on behind the last one after a
 * cold start, and what was folded twice is as if it were folded once.
 *
 * The first rise of a counter in the span after may be another now, so its minutes are told again too.
 */
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
