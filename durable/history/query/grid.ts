/** Instants of an answer: multiples of a step people can read, so that the next answer differs by appended columns only. */
import type { QueryOf } from "../../../colony-bridge/protocol/query/query.ts";
import { durationMs } from "../../../colony-bridge/protocol/wire/duration.ts";
import type { Work } from "../../work/work.ts";
import { cadenceIn } from "./presence-scan.ts";
import { members, type SeriesSource, type SeriesTarget } from "./target.ts";

export interface Grid {
	/** Instant of column 0, ms. */
	start: number;
	/** ms. Column i stands for the step that ends at `start + i * step`. */
	step: number;
	length: number;
	/** Samples after this instant do not count: the last column ends here. Absent: it goes on. */
	until?: number;
	/** A column that ends after this instant is not over: some of what belongs to it may still come. Absent: all are. */
	over?: number;
	/** The newest sample's instant when evaluation began: what comes between its steps does not count, so that all series end at one instant. */
	newest?: number;
}

/** Instant of the newest measurement that counts, ms. */
export const lastInstant = ({ start, step, length, until, newest }: Grid): number =>
	Math.min(until ?? Number.POSITIVE_INFINITY, newest ?? Number.POSITIVE_INFINITY, start + (length - 1) * step);

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NICE = [
	...[100, 200, 500],
	...[1, 2, 5, 10, 15, 20, 30].map((n) => n * SECOND),
	...[1, 2, 5, 10, 20, 30].map((n) => n * MINUTE),
	...[1, 2, 3, 6, 12].map((n) => n * HOUR),
	...[1, 2, 7, 14, 28].map((n) => n * DAY),
];

/** @returns the shortest nice step that is no shorter than `atLeast` ms. */
export function niceStep(atLeast: number): number {
	const longest = 28 * DAY;
	return NICE.find((step) => step >= atLeast) ?? Math.ceil(atLeast / longest) * longest;
}

/** Grid of a chart of `range` ms up to `end`; the last column may not be over yet. */
function chartGrid(range: number, points: number, end: number, step: number): Grid {
	const length = Math.max(1, Math.min(points, Math.ceil(range / step)));
	const last = Math.ceil(end / step) * step;
	return { start: last - (length - 1) * step, step, length };
}

/** Grid of steps that end within (start, end] and are over by then. */
export function closedGrid(start: number, end: number, step: number): Grid {
	const first = (Math.floor(start / step) + 1) * step;
	return { start: first, step, length: Math.max(0, Math.floor(end / step) - first / step + 1) };
}

/** Steps shorter than this many sample intervals would have holes where a sample comes a little late. */
const INTERVALS_A_STEP = 1.8;

/** @param end ms. @param step of the grid before, ms: the next one is no finer. */
export function* gridFor(
	query: QueryOf<"metrics">,
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

/** Cadence of the slowest among a few active series, ms. */
function cadenceNow(targets: readonly SeriesTarget[], { active, cadence }: SeriesSource): number {
	let slowest = 0;
	for (const target of targets) {
		let counted = 0;
		for (const series of active.named(target.name)) {
			slowest = Math.max(slowest, cadence(series));
			if (++counted === 4) break;
		}
	}
	return slowest;
}
