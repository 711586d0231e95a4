/** What was measured, at the instants it was measured: for the REST, exports and queries of any past range. */
import { durationMs } from "../../colony-bridge/protocol/layout.ts";
import type { Query, Samples } from "../../colony-bridge/protocol/view.ts";
import { bounded, roomFor } from "./bound.ts";
import type { Charted } from "./chart.ts";
import { describe, evaluate, type Line, tidy } from "./evaluate.ts";
import { closedGrid, type Grid, niceStep } from "./grid.ts";
import { type Points, reduce } from "./reduce.ts";
import { measured, merged } from "./series-points.ts";
import { members, type Target, targets } from "./target.ts";

type SamplesQuery = Extract<Query, { kind: "samples" }>;

/** Steps one evaluation may have; a shorter step is made longer to fit. */
const STEPS = 20_000;
/** More series than these are folded by steps, not at every instant any of them was measured: that would hold all of them at once. */
const FOLDED_AS_MEASURED = 256;

export function samples(query: SamplesQuery, from: Charted): Samples {
	const end = query.end ?? from.newest;
	const start = query.start ?? end - durationMs(query.range);
	const { targets: asked, unknown } = targets(query, from.dictionary, false);
	const lines: Line[][] = [];
	const points = new Map<Line, Points>();
	let left = 0;
	for (const target of asked) {
		const found = answer(target, query, start, end, from);
		lines.push(found.lines.map(({ line }) => line));
		for (const { line, points: those } of found.lines) points.set(line, reduce(those, query.points));
		left += found.left;
	}
	const bound = bounded(asked, lines, query.points, from.living);
	return {
		kind: "samples",
		series: bound.kept.map(({ target, line }) => ({
			...describe(target, line, (series) => from.dictionary.get(series)),
			...(points.get(line) as Points),
		})),
		unknown,
		left: left + bound.left,
	};
}

interface Found {
	lines: { line: Line; points: Points }[];
	/** Series that there was no room to look at. */
	left: number;
}

function answer(target: Target, query: SamplesQuery, start: number, end: number, from: Charted): Found {
	if (target.folding === "each") return each(target, query, start, end, from);
	const numbers = members(target, from.dictionary);
	if (query.step || query.aggregation || numbers.length > FOLDED_AS_MEASURED) {
		return { lines: stepped(target, numbers, query, start, end, from), left: 0 };
	}
	const lines = raw(target, numbers, start, end, from);
	if (lines.length === 0) return { lines, left: 0 };
	const points =
		lines.length === 1
			? lines.map((one) => one.points)[0]
			: merged(
					lines.map((one) => one.points),
					target.folding,
				);
	return { lines: [{ line: { id: target.selector, values: EMPTY }, points: points as Points }], left: 0 };
}

/** The living first, then those that are gone, as many as there is room for. */
function each(target: Target, query: SamplesQuery, start: number, end: number, from: Charted): Found {
	const room = roomFor(query.points);
	const all = members(target, from.dictionary);
	const parts = [all.filter((series) => from.living.has(series)), all.filter((series) => !from.living.has(series))];
	const lines: Found["lines"] = [];
	let left = 0;
	for (const numbers of parts) {
		const most = room - lines.length + 1;
		const found =
			query.step || query.aggregation
				? stepped(target, numbers, query, start, end, from, most)
				: raw(target, numbers, start, end, from, most);
		left += Math.max(0, found.length - (room - lines.length));
		lines.push(...found.slice(0, room - lines.length));
	}
	const alive = parts[0]?.length ?? 0;
	return { lines, left: left > 0 ? Math.max(left, alive - room) : 0 };
}

/** One value a step; a step that is not over by `end` has none. */
function stepped(
	target: Target,
	numbers: readonly number[],
	query: SamplesQuery,
	start: number,
	end: number,
	from: Charted,
	most?: number,
): Found["lines"] {
	const asked = query.step ? durationMs(query.step) : niceStep(Math.max((end - start) / query.points, 2 * usual(numbers, from)));
	const step = Math.max(asked, Math.ceil((end - start) / STEPS));
	const grid = closedGrid(start, end, step);
	if (grid.length === 0) return [];
	const lines = evaluate(target, numbers, grid, from.store, (series) => from.dictionary.get(series), most);
	return lines.map((line) => ({ line, points: pointsOf(line, grid) })).filter(({ points }) => points.at.length > 0);
}

/** Time between samples of the first series that live, ms. */
function usual(numbers: readonly number[], from: Charted): number {
	const some = numbers.filter((series) => from.living.has(series)).slice(0, 4);
	return Math.max(0, ...some.map((series) => from.cadence(series)));
}

function pointsOf(line: Line, grid: Grid): Points {
	const points: Points = { at: [], values: [] };
	for (const [i, raw] of line.values.entries()) {
		const value = tidy(raw);
		if (value === null) continue;
		points.at.push(grid.start + i * grid.step);
		points.values.push(value);
	}
	return points;
}

/** As stored. */
function raw(
	target: Target,
	numbers: readonly number[],
	start: number,
	end: number,
	from: Charted,
	most = Number.POSITIVE_INFINITY,
): Found["lines"] {
	const reader = from.store.reader({ after: start, until: end, bucketMs: 0 });
	const lines: Found["lines"] = [];
	for (const series of numbers) {
		if (lines.length >= most) break;
		const points = measured(reader, series, start, end, target.aggregation);
		if (points.at.length > 0) lines.push({ line: { id: series, values: EMPTY }, points });
	}
	return lines;
}

const EMPTY = new Float64Array();
