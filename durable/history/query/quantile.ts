import { between } from "../../../colony-bridge/protocol/query/quantile.ts";
import type { Work } from "../../work/work.ts";

/** As {@link quantile} of any number of values, in steps: what cannot hold the rank is set aside, half of the rest at a time. */
export function* quantileOf(values: readonly number[], q: number): Work<number> {
	if (values.length === 0) return Number.NaN;
	const all = Float64Array.from(values);
	yield all.length;
	const rank = q * (all.length - 1);
	const place = Math.floor(rank);
	// Values before `from` are no greater than the rest; values from `until` on are no less.
	let [from, until] = [0, all.length];
	let alike = false;
	while (until - from > SORTED_AT_ONCE && !alike) {
		const [below, above] = partition(all, from, until);
		yield (until - from) * 2;
		alike = place >= below && place < above;
		if (alike) [from, until] = [below, above];
		else if (place < below) until = below;
		else from = above;
	}
	if (!alike) all.subarray(from, until).sort();
	yield until - from;
	const low = all[place] as number;
	if (rank === place) return low;
	const high = place + 1 < until ? (all[place + 1] as number) : all.subarray(until).reduce((least, value) => Math.min(least, value));
	return between(low, high, rank - place);
}

/** Values that are sorted in one go. */
const SORTED_AT_ONCE = 20_000;

/** Brings what is less than one of the values before it, and what is more behind. @returns where those that equal it begin and end. */
function partition(all: Float64Array, from: number, until: number): [number, number] {
	// No order of the values makes a random one a bad choice every time.
	const pivot = all[from + Math.floor(Math.random() * (until - from))] as number;
	let [below, place, above] = [from, from, until];
	while (place < above) {
		const value = all[place] as number;
		if (value < pivot) {
			all[place++] = all[below] as number;
			all[below++] = value;
		} else if (value > pivot) {
			all[place] = all[--above] as number;
			all[above] = value;
		} else place++;
	}
	return [below, above];
}
