/** A stretch of time as the page's address has it, and the way back out. */
import type { PageView } from "../../../colony-bridge/protocol/pages/page-view.ts";

export type TimeRange = Pick<PageView, "range" | "end">;

/** The time range before each zoom of this visit. */
const before: TimeRange[] = [];

const MOST_SECONDS = 999_999;

/** @param from,to instants, ms */
export function timeRangeOf(from: number, to: number): TimeRange {
	const seconds = Math.max(1, Math.ceil((to - from) / 1000));
	return { range: seconds > MOST_SECONDS ? `${Math.ceil(seconds / 60)}m` : `${seconds}s`, end: Math.round(to) };
}

export function zoomIn(now: TimeRange, from: number, to: number): TimeRange {
	before.push({ range: now.range, end: now.end });
	return timeRangeOf(from, to);
}

/** @returns what was looked at before; undefined where nothing is narrowed. */
export function zoomOut(now: TimeRange): TimeRange | undefined {
	const last = before.pop();
	if (last) return last;
	return now.range === undefined && now.end === undefined ? undefined : { range: undefined, end: undefined };
}
