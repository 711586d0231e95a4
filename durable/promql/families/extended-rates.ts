/** Changes over a range whose samples reach beyond its bounds: `anchored` and `smoothed` selectors. */
import type { Window } from "../values.ts";

/** From bound to bound: from the sample at or before the bound, or for `smoothed` the value on the line between the samples around it. */
export function extendedChange({ times, values, first, end, from, to, extended }: Window, counter: boolean): number | undefined {
	if (first >= end) return undefined;
	const smoothed = extended === "smoothed";
	let last = end - 1;
	let begin = Math.max(first, firstWhere(times, first, last, (time) => time > from) - 1);
	if (smoothed) last = firstWhere(times, first, last, (time) => time >= to);
	if ((times[last] as number) <= from || (smoothed && (times[begin] as number) > to)) return undefined;

	const left =
		smoothed && (times[begin] as number) < from ? onLine(times, values, begin, begin + 1, from, counter) : (values[begin] as number);
	const right =
		smoothed && last > first && (times[last] as number) > to
			? onLine(times, values, last - 1, last, to, counter)
			: (values[last] as number);
	let changed = right - left;
	if (!counter) return changed;
	// The samples at the bounds are in `left` and `right`.
	if ((times[begin] as number) <= from) begin++;
	if ((times[last] as number) >= to) last--;
	let previous = left;
	for (let i = begin; i <= last; i++) {
		const value = values[i] as number;
		if (value < previous) changed += previous;
		previous = value;
	}
	return right < previous ? changed + previous : changed;
}

/** @returns `end`: none */
export function firstWhere(times: Float64Array, first: number, end: number, holds: (time: number) => boolean): number {
	let [low, high] = [first, end];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (holds(times[middle] as number)) high = middle;
		else low = middle + 1;
	}
	return low;
}

/** The value at `time` between two samples. A counter that fell began anew from zero. */
function onLine(times: Float64Array, values: Float64Array, before: number, after: number, time: number, counter: boolean): number {
	const end = values[after] as number;
	let begin = values[before] as number;
	if (counter && end < begin) begin = 0;
	const share = time - (times[before] as number);
	return begin + ((end - begin) * share) / ((times[after] as number) - (times[before] as number));
}
