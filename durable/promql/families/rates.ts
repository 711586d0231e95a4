/** Change of counters and gauges: `rate`, `increase`, `delta`, `irate`, `idelta`. */
import type { Notes, RangeFunction, Window } from "../values.ts";
import { extendedChange } from "./extended-rates.ts";
import { isReset, overlaps } from "./resets.ts";

/** A first or last sample this much of the mean interval away from the bound is taken for the end of the series. */
const GAP = 1.1;

export const rate: RangeFunction = (window, _, notes) => change(window, notes, true, (window.to - window.from) / 1000);
export const increase: RangeFunction = (window, _, notes) => change(window, notes, true, 1);
export const delta: RangeFunction = (window, _, notes) => change(window, notes, false, 1);
export const irate: RangeFunction = (window) => lastChange(window, true);
export const idelta: RangeFunction = (window) => lastChange(window, false);

/**
 * The change over the range, extrapolated from the first and last sample to its bounds where they are as near as samples are to one another.
 * @param per what it is divided by, in seconds
 */
function change(window: Window, notes: Notes, counter: boolean, per: number): number | undefined {
	if (window.extended) {
		const changed = extendedChange(window, counter);
		return changed === undefined ? undefined : changed / per;
	}
	const { times, values, starts, first, end, from, to } = window;
	const last = end - 1;
	if (last < first) return undefined;
	const [firstTime, lastTime] = [times[first] as number, times[last] as number];
	const firstValue = values[first] as number;
	let changed = (values[last] as number) - firstValue;
	if (counter) changed += lostInResets(window, notes);

	const intervals = last - first;
	let sampled = (lastTime - firstTime) / 1000;
	const interval = intervals > 0 ? sampled / intervals : 0;
	let toStart = (firstTime - from) / 1000;
	let toEnd = (to - lastTime) / 1000;
	const start = counter ? (starts?.[first] ?? 0) : 0;
	if (start !== 0 && start > from && start < firstTime) {
		// It counted from zero at a known time within the range.
		toStart = 0;
		sampled = (lastTime - start) / 1000;
		changed += firstValue;
	} else if (intervals === 0) return undefined;
	else {
		if (toStart >= interval * GAP) toStart = interval / 2;
		// A counter is not negative: it began no earlier than where the line through its samples crosses zero.
		if (counter && changed > 0 && firstValue >= 0) toStart = Math.min(toStart, sampled * (firstValue / changed));
	}
	if (toEnd >= interval * GAP) toEnd = interval / 2;
	const factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
	return changed * (factor / per);
}

/** Sum of the counts before each reset in the window. */
function lostInResets(window: Window, notes: Notes): number {
	const { times, values, starts, first, end, labels } = window;
	let lost = 0;
	if (starts === undefined) {
		let previous = values[first] as number;
		for (let i = first + 1; i < end; i++) {
			const value = values[i] as number;
			if (value < previous) lost += previous;
			previous = value;
		}
		return lost;
	}
	let overlap = false;
	for (let i = first + 1; i < end; i++) {
		const previous = values[i - 1] as number;
		if ((values[i] as number) < previous || isReset(times, starts, i)) lost += previous;
		overlap ||= overlaps(times, starts, i);
	}
	if (overlap) {
		const metric = JSON.stringify(labels.metric);
		notes.warnEach(`sample has start time that overlaps with previous sample timestamp for metric ${metric}`);
	}
	return lost;
}

/** Between the last two samples; of a counter by the second. */
function lastChange({ times, values, starts, first, end }: Window, counter: boolean): number | undefined {
	const last = end - 1;
	if (last <= first) return undefined;
	const elapsed = (times[last] as number) - (times[last - 1] as number);
	if (elapsed === 0) return undefined;
	const [previous, value] = [values[last - 1] as number, values[last] as number];
	const reset = counter && (value < previous || (starts !== undefined && isReset(times, starts, last)));
	const changed = reset ? value : value - previous;
	return counter ? changed / (elapsed / 1000) : changed;
}
