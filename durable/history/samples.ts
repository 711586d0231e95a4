/** What was measured, at the instants it was measured: for the REST, exports and queries of any past range. */
import { durationMs } from "../../colony-bridge/protocol/layout.ts";
import type { Query, Samples } from "../../colony-bridge/protocol/view.ts";
import { bounded } from "./bound.ts";
import type { Charted } from "./chart.ts";
import { describe, evaluate, type Line, tidy } from "./evaluate.ts";
import { closedGrid, type Grid, niceStep } from "./grid.ts";
import { type Points, reduce } from "./reduce.ts";
import { measured, merged } from "./series-points.ts";
import { members, type Target, targets } from "./target.ts";

type SamplesQuery = Extract<Query, { kind: "samples" }>;

/** Steps one evaluation may have; a shorter step is made longer to fit. */
const STEPS = 20_000;

export function samples(query: SamplesQuery, from: Charted): Samples {
	const end = query.end ?? from.newest;
	const start = query.start ?? end - durationMs(query.range);
	const { targets: asked, unknown } = targets(query, from.dictionary, false);
	const lines: Line[][] = [];
	const points = new Map<Line, Points>();
	for (const target of asked) {
		const found = query.step || query.aggregation ? stepped(target, query, start, end, from) : raw(target, start, end, from);
		lines.push(found.map(({ line }) => line));
		for (const { line, points: those } of found) points.set(line, reduce(those, query.points));
	}
	const { kept, left } = bounded(asked, lines, query.points, from.living);
	return {
		kind: "samples",
		series: kept.map(({ target, line }) => ({
			...describe(target, line, (series) => from.dictionary.get(series)),
			...(points.get(line) as Points),
		})),
		unknown,
		left,
	};
}

interface Found {
	line: Line;
	points: Points;
}

/** One value a step; a step that is not over by `end` has none. */
function stepped(target: Target, query: SamplesQuery, start: number, end: number, from: Charted): Found[] {
	const asked = query.step ? durationMs(query.step) : niceStep((end - start) / query.points);
	const step = Math.max(asked, Math.ceil((end - start) / STEPS));
	const grid = closedGrid(start, end, step);
	if (grid.length === 0) return [];
	const numbers = members(target, from.dictionary);
	const lines = evaluate(target, numbers, grid, from.store, (series) => from.dictionary.get(series));
	return lines.map((line) => ({ line, points: pointsOf(line, grid) }));
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

/** As stored where there is one series, or each is asked; several are folded at every instant any of them was measured. */
function raw(target: Target, start: number, end: number, from: Charted): Found[] {
	const reader = from.store.reader({ after: start, until: end, bucketMs: 0 });
	const each: Found[] = [];
	for (const series of members(target, from.dictionary)) {
		const points = measured(reader, series, start, end, target.aggregation);
		if (points.at.length > 0) each.push({ line: { id: series, values: EMPTY }, points });
	}
	if (target.folding === "each") return each;
	const line = { id: target.selector, values: EMPTY };
	if (each.length <= 1) return each.map(({ points }) => ({ line, points }));
	return [
		{
			line,
			points: merged(
				each.map(({ points }) => points),
				target.folding,
			),
		},
	];
}

const EMPTY = new Float64Array();
