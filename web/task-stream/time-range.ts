/** The visible time range: zooming, panning, axis marks and its form in the URL. */

export interface Window {
	/** Instants, ms. */
	from: number;
	until: number;
}

const SHORTEST_MS = 20;
const LONGEST_MS = 400 * 86_400_000;

/** @param around the fixed instant. @param by factor, below 1 zooms in */
export function zoomed({ from, until }: Window, around: number, by: number): Window {
	const span = Math.max(SHORTEST_MS, Math.min(LONGEST_MS, (until - from) * by));
	const share = (around - from) / (until - from);
	return { from: around - share * span, until: around + (1 - share) * span };
}

/** @param share of the width; positive moves forward in time */
export function panned({ from, until }: Window, share: number): Window {
	const by = (until - from) * share;
	return { from: from + by, until: until + by };
}

const STEPS = [
	1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000,
	3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000, 2_592_000_000,
];

/** Round instants for at most `most` axis marks. @param offsetMs of the time zone */
export function marks({ from, until }: Window, most: number, offsetMs: number): { step: number; at: number[] } {
	const step = STEPS.find((each) => (until - from) / each <= most) ?? (STEPS.at(-1) as number);
	const at: number[] = [];
	for (let mark = Math.ceil((from + offsetMs) / step) * step - offsetMs; mark <= until; mark += step) at.push(mark);
	return { step, at };
}

/**
 * The time range in the URL's `window`, so that a link shows the same: an ISO 8601 interval of two instants, or `PT300S/now` for one that
 * follows the clock.
 */
export interface TimeRange extends Window {
	live: boolean;
}

/** The last instant of a Date, ms. */
const LAST = 8_640_000_000_000_000;

/** @param now ms. @returns undefined if the URL has no valid range */
export function parseTimeRange(search: string, now: number): TimeRange | undefined {
	const [first = "", last = ""] = (new URLSearchParams(search).get("window") ?? "").split("/");
	const seconds = Number(/^PT(\d+(?:\.\d+)?)S$/.exec(first)?.[1]);
	if (last === "now") return seconds > 0 ? { from: Math.max(0, now - seconds * 1000), until: now, live: true } : undefined;
	const [from, until] = [Math.max(0, Date.parse(first)), Math.min(LAST, Date.parse(last))];
	return until > from ? { from, until, live: false } : undefined;
}

export const timeRangeText = ({ from, until, live }: TimeRange): string =>
	live
		? `PT${Number(((until - from) / 1000).toFixed(3))}S/now`
		: `${new Date(Math.floor(from)).toISOString()}/${new Date(Math.ceil(until)).toISOString()}`;
