/** Samples at the instants at which they were measured: for REST, exports and queries of any past range. */

import type { QueryOf } from "../../../colony-bridge/protocol/query/query.ts";
import type { Samples } from "../../../colony-bridge/protocol/query/view.ts";
import { durationMs } from "../../../colony-bridge/protocol/wire/duration.ts";
import { Toll, type Work } from "../../work/work.ts";
import type { Store } from "../blocks/chunk.ts";
import { describe, evaluate, type Line, tidy } from "./evaluate.ts";
import { closedGrid, type Grid, niceStep } from "./grid.ts";
import { limited, roomFor } from "./lines.ts";
import { aggregated, measured, type Points, reduce } from "./points.ts";
import { members, SAMPLE_DEFAULTS, type SeriesSource, type SeriesTarget, targets } from "./target.ts";

type SamplesQuery = QueryOf<"samples">;

/** Steps one evaluation may have; a shorter step is made longer to fit. */
const STEPS = 20_000;
/** Several series with more samples than this are aggregated by steps, not at every instant any of them was measured: that holds all of them at once. */
const FOLDED_AS_MEASURED = 400_000;
/** Time between samples where nobody knows it: the series are gone. */
const USUAL_MS = 5000;

/** A query with its bounds found out: instants in (start, end], ms. */
interface Ask {
	query: SamplesQuery;
	start: number;
	end: number;
	from: SeriesSource;
	store: Store;
}

/** @param store of `from`, where several queries share what they read. */
export function* samples(query: SamplesQuery, now: number, from: SeriesSource, store = from.store): Work<Samples> {
	const end = query.end ?? now;
	const start = query.start ?? end - durationMs(query.range);
	const { targets: asked, unknown } = targets(query, from.dictionary, SAMPLE_DEFAULTS);
	const found: Found[] = [];
	for (const target of asked) found.push(yield* answer(target, { query, start, end, from, store }));
	const points = new Map(found.flatMap(({ lines }) => lines.map((one) => [one.line, one.points])));
	const bound = limited(
		asked,
		found.map(({ lines }) => lines.map(({ line }) => line)),
		query.points,
		from.active,
	);
	const samples: Samples = {
		kind: "samples",
		series: bound.lines.map(({ target, line }) => ({
			...describe(target, line, (series) => from.dictionary.get(series)),
			...(points.get(line) as Points),
		})),
		unknown,
		omitted: found.reduce((sum, { left }) => sum + left, bound.omitted),
	};
	yield samples.series.reduce((sum, { at }) => sum + at.length, 0) * VALUE_UNITS;
	return samples;
}

interface Found {
	lines: { line: Line; points: Points }[];
	/** Series that there was no room to look at. */
	left: number;
}

function* answer(target: SeriesTarget, ask: Ask): Work<Found> {
	const { query, start, end, from } = ask;
	if (target.seriesAggregation === "each") return yield* each(target, ask);
	const numbers = members(target, from.dictionary);
	const expected = () => (numbers.length * (end - start)) / (usual(numbers, from) || USUAL_MS);
	if (query.step || query.aggregation || (numbers.length > 1 && expected() > FOLDED_AS_MEASURED)) {
		return { lines: yield* stepped(target, numbers, ask), left: 0 };
	}
	const all = (yield* raw(target, numbers, ask)).map(({ points }) => points);
	const points = all.length > 1 ? yield* aggregated(all, target.seriesAggregation) : all[0];
	return { lines: points ? [{ line: { id: target.selector, values: EMPTY }, points: reduce(points, query.points) }] : [], left: 0 };
}

/** The active first, then those that are gone, as many as there is room for. */
function* each(target: SeriesTarget, ask: Ask): Work<Found> {
	const { query, from } = ask;
	const room = roomFor(query.points);
	const all = members(target, from.dictionary);
	const active = all.filter((series) => from.active.has(series));
	const stale = all.filter((series) => !from.active.has(series));
	const lines: Found["lines"] = [];
	let left = 0;
	for (const numbers of [active, stale]) {
		const more = room - lines.length;
		const read = query.step || query.aggregation ? stepped : raw;
		const found = yield* read(target, numbers, ask, more + 1);
		left += Math.max(0, found.length - more);
		lines.push(...found.slice(0, more));
	}
	return { lines, left: left > 0 ? Math.max(left, active.length - room) : 0 };
}

/** One value a step. Up to now the step under way is told as it is so far, but for its rate and its increase; one that a given end cuts has none. @param most lines, where each series has its own. */
function* stepped(
	target: SeriesTarget,
	numbers: readonly number[],
	{ query, start, end, from, store }: Ask,
	most?: number,
): Work<Found["lines"]> {
	const requested = query.step ? durationMs(query.step) : niceStep(Math.max((end - start) / query.points, 2 * usual(numbers, from)));
	const step = Math.max(requested, Math.ceil((end - start) / STEPS));
	const last = query.end === undefined && query.aggregation !== "increase" ? Math.ceil(end / step) * step : end;
	// A range without a start keeps its number of steps.
	const first = query.start === undefined ? last - (end - start) : start;
	const grid = { ...closedGrid(first, last, step), until: end, over: end };
	if (grid.length === 0) return [];
	const lines = yield* evaluate(target, numbers, grid, store, (series) => from.dictionary.get(series), most);
	return lines.map((line) => ({ line, points: reduce(pointsOf(line, grid), query.points) })).filter(({ points }) => points.at.length > 0);
}

/** Time between samples of a few of the series that live, ms; 0: none does. */
function usual(numbers: readonly number[], from: SeriesSource): number {
	let slowest = 0;
	let counted = 0;
	for (const series of numbers) {
		if (!from.active.has(series)) continue;
		slowest = Math.max(slowest, from.cadence(series));
		if (++counted === 4) break;
	}
	return slowest;
}

function pointsOf(line: Line, { start, step, until }: Grid & { until: number }): Points {
	const points: Points = { at: [], values: [] };
	for (const [i, raw] of line.values.entries()) {
		const value = tidy(raw);
		if (value === null) continue;
		points.at.push(Math.min(start + i * step, until));
		points.values.push(value);
	}
	return points;
}

/** Samples as stored, series after series; a series without samples is passed over. @param most lines, none longer than asked; absent: all, as long as they are */
function* raw(target: SeriesTarget, numbers: readonly number[], { query, start, end, store }: Ask, most?: number): Work<Found["lines"]> {
	const reader = store.reader({ after: start, until: end, bucketMs: 0 });
	const toll = new Toll();
	const lines: Found["lines"] = [];
	for (const series of numbers) {
		if (lines.length === most) break;
		const points = measured(reader, series, start, end, target.aggregation);
		if (toll.due(SERIES_UNITS + points.at.length)) yield toll.taken();
		if (points.at.length === 0) continue;
		lines.push({ line: { id: series, values: EMPTY }, points: most === undefined ? points : reduce(points, query.points) });
	}
	return lines;
}

/** Units of looking at one series, and of one value of the answer with its instant. */
const SERIES_UNITS = 50;
const VALUE_UNITS = 1;
const EMPTY = new Float64Array();
