/** Where counters began anew, and how often values change: `resets`, `changes`. */
import type { RangeFunction, Window } from "../values.ts";
import { firstWhere } from "./extended-rates.ts";

export const resets: RangeFunction = (window) => {
	const { times, values, starts } = window;
	return count(window, (i) => (values[i] as number) < (values[i - 1] as number) || (starts !== undefined && isReset(times, starts, i)));
};

export const changes: RangeFunction = (window) => {
	const { values } = window;
	return count(window, (i) => {
		const [previous, value] = [values[i - 1] as number, values[i] as number];
		return value !== previous && !(Number.isNaN(value) && Number.isNaN(previous));
	});
};

/** Samples after the first for which it is so. An anchored window begins with the last sample at or before its bound. */
function count({ times, first, end, from, extended }: Window, holds: (index: number) => boolean): number | undefined {
	let begin = first;
	if (extended) {
		const after = firstWhere(times, first, end, (time) => time > from);
		if (after === end) return undefined;
		begin = Math.max(first, after - 1);
	}
	if (begin >= end) return undefined;
	let found = 0;
	for (let i = begin + 1; i < end; i++) if (holds(i)) found++;
	return found;
}

/**
 * Whether the start times say that a counter began anew between sample `i` and the one before. A start at its own sample's time, or after it, says
 * nothing; one at the time of the sample before says so only where that sample had a known start itself: else the start is just not known.
 */
export function isReset(times: Float64Array, starts: Float64Array, i: number): boolean {
	const [start, time] = [starts[i] as number, times[i] as number];
	const [previousStart, previousTime] = [starts[i - 1] as number, times[i - 1] as number];
	if (start === 0 || start >= time || start < previousTime) return false;
	return start > previousTime || (previousStart !== 0 && previousStart < previousTime);
}

/** Whether sample `i` claims to have counted since before the sample ahead of it, and not since that one's start. */
export function overlaps(times: Float64Array, starts: Float64Array, i: number): boolean {
	const start = starts[i] as number;
	return start !== 0 && start < (times[i - 1] as number) && start !== starts[i - 1];
}
