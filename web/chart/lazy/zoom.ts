/** Zooms into a time range and back, in the URL. */
import type { PageView } from "../../../colony-bridge/protocol/pages/page-view.ts";

export type TimeRange = Pick<PageView, "range" | "end">;

/** The time ranges before each zoom. */
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

/** @returns the previous time range; undefined if not zoomed */
export function zoomOut(now: TimeRange): TimeRange | undefined {
	const last = before.pop();
	if (last) return last;
	return now.range === undefined && now.end === undefined ? undefined : { range: undefined, end: undefined };
}
