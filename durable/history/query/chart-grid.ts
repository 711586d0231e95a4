/** The steps of a chart: none so short that the slowest of its series would leave holes. */
import type { Query } from "../../../colony-bridge/protocol/query/query.ts";
import { durationMs } from "../../../colony-bridge/protocol/wire/measure.ts";
import type { Work } from "../../work/work.ts";
import { chartGrid, type Grid, niceStep } from "./grid.ts";
import { cadenceIn } from "./presence-scan.ts";
import { members, type SeriesSource, type SeriesTarget } from "./target.ts";

/** Steps shorter than this many sample intervals would have holes where a sample comes a little late. */
const INTERVALS_A_STEP = 1.8;

/** @param end ms. @param step of the grid before, ms: the next one is no finer. */
export function* gridFor(
	query: Extract<Query, { kind: "metrics" }>,
	end: number,
	targets: readonly SeriesTarget[],
	source: SeriesSource,
	step = 0,
): Work<Grid> {
	const { points, end: until } = query;
	const range = durationMs(query.range);
	const coarsest = source.resolution(end - range);
	if (points === 1) return { start: end, step: Math.max(range, coarsest), length: 1 };
	const cadence = until === undefined ? cadenceNow(targets, source) : yield* cadenceThen(targets, until - range, until, source);
	const finest = niceStep(Math.max(range / points, INTERVALS_A_STEP * cadence, coarsest));
	const grid = chartGrid(range, points, end, Math.max(finest, step));
	return until === undefined ? grid : { ...grid, until };
}

function* cadenceThen(targets: readonly SeriesTarget[], after: number, until: number, { dictionary, store }: SeriesSource): Work<number> {
	let slowest = 0;
	for (const target of targets) {
		slowest = Math.max(slowest, yield* cadenceIn(members(target, dictionary), { after, until, bucketMs: 0 }, store));
	}
	return slowest;
}

/** Of the slowest among a few of the active series. */
function cadenceNow(targets: readonly SeriesTarget[], { active, cadence }: SeriesSource): number {
	let slowest = 0;
	for (const target of targets) {
		let seen = 0;
		for (const series of active.named(target.name)) {
			slowest = Math.max(slowest, cadence(series));
			if (++seen === 4) break;
		}
	}
	return slowest;
}
