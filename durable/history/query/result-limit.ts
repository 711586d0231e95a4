/** The result limit: a page stays small however many series there are, and lines left out are counted. */

import type { ActiveSeries } from "../index/active-series.ts";
import type { Line } from "./evaluate.ts";
import type { SeriesTarget } from "./target.ts";

const LINES = 100;
const VALUES = 40_000;

/** Lines that an answer of so many values a line has room for. */
export function roomFor(length: number): number {
	return Math.max(1, Math.min(LINES, Math.floor(VALUES / Math.max(1, length))));
}

export interface LimitedResult {
	kept: { target: SeriesTarget; line: Line }[];
	/** Lines left out. */
	left: number;
}

/** Keeps the selectors' order; within one, series that live go before those that are gone, then by number. */
export function limited(
	targets: readonly SeriesTarget[],
	lines: readonly (readonly Line[])[],
	length: number,
	active: ActiveSeries,
): LimitedResult {
	const all = targets.flatMap((target, i) => sorted(lines[i] ?? [], active).map((line) => ({ target, line })));
	const room = roomFor(length);
	return { kept: all.slice(0, room), left: Math.max(0, all.length - room) };
}

function sorted(lines: readonly Line[], active: ActiveSeries): Line[] {
	const order = ({ id }: Line): number => (typeof id === "string" ? 0 : active.has(id) ? id : id + 2 ** 32);
	return [...lines].sort((a, b) => order(a) - order(b));
}
