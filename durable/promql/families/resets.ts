/** Resets of counters and changes of values: `resets`, `changes`. */
import type { RangeFunction, Window } from "../values.ts";
import { firstWhere } from "./extended-rates.ts";

export const resets: RangeFunction = (window) => {
	const begin = beginOf(window);
	if (begin === undefined) return undefined;
	const { times, values, starts, end } = window;
	let found = 0;
	for (let i = begin + 1; i < end; i++) {
		if ((values[i] as number) < (values[i - 1] as number) || (starts !== undefined && isReset(times, starts, i))) found++;
	}
	return found;
};

export const changes: RangeFunction = (window) => {
	const begin = beginOf(window);
	if (begin === undefined) return undefined;
	const { values, end } = window;
	let found = 0;
	for (let i = begin + 1; i < end; i++) {
		const [previous, value] = [values[i - 1] as number, values[i] as number];
		if (value !== previous && !(Number.isNaN(value) && Number.isNaN(previous))) found++;
	}
	return found;
};

/** The first sample. An anchored window begins with the last one at or before its bound. @returns undefined: there is none within the bounds */
function beginOf({ times, first, end, from, extended }: Window): number | undefined {
	const after = extended ? firstWhere(times, first, end, (time) => time > from) : first;
	if (after >= end) return undefined;
	return extended ? Math.max(first, after - 1) : first;
}

/**
 * True if the start times say that a counter restarted between sample `i` and the one before. A start at its own sample's time, or after it, says
 * nothing; one at the time of the sample before says so only where that sample had a known start itself: else the start is just not known.
 */
export function isReset(times: Float64Array, starts: Float64Array, i: number): boolean {
	const [start, time] = [starts[i] as number, times[i] as number];
	const [previousStart, previousTime] = [starts[i - 1] as number, times[i - 1] as number];
	if (start === 0 || start >= time || start < previousTime) return false;
	return start > previousTime || (previousStart !== 0 && previousStart < previousTime);
}

/** True if sample `i` claims to have counted since before the sample ahead of it, and not since that one's start. */
export function overlaps(times: Float64Array, starts: Float64Array, i: number): boolean {
	const start = starts[i] as number;
	return start !== 0 && start < (times[i - 1] as number) && start !== starts[i - 1];
}
