/** Quantiles of samples and of histograms. */
import type { Work } from "../work/work.ts";

/** Linear between the two closest ranks, as Prometheus' `quantile_over_time`. Sorts `values`. @returns NaN of none. */
export function quantile(values: number[], q: number): number {
	if (values.length === 0) return Number.NaN;
	values.sort((a, b) => a - b);
	const rank = q * (values.length - 1);
	const low = values[Math.floor(rank)] as number;
	const high = values[Math.ceil(rank)] as number;
	return between(low, high, rank - Math.floor(rank));
}

/** A share of the way from one to the other; the distance of doubles of both signs may be past the largest. */
function between(low: number, high: number, share: number): number {
	const distance = high - low;
	return Number.isFinite(distance) ? low + distance * share : low * (1 - share) + high * share;
}

/** As {@link quantile} of any number of values, in steps: what cannot hold the rank is set aside, half of the rest at a time. */
export function* quantileOf(values: readonly number[], q: number): Work<number> {
	if (values.length === 0) return Number.NaN;
	const all = Float64Array.from(values);
	yield all.length;
	const rank = q * (all.length - 1);
	const place = Math.floor(rank);
	// What stands before `from` is no greater than what follows, and what stands from `until` on no less than what comes before.
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

/**
 * As Prometheus' `histogram_quantile`: linear within the bucket, from 0 in the lowest where its bound is above 0; the highest finite bound
 * where the rank lies in the last bucket.
 * @param bounds upper bounds, ascending, the last one infinite or not.
 * @param counts cumulative, one a bound.
 * @returns NaN where nothing was counted.
 */
export function histogramQuantile(bounds: readonly number[], counts: readonly number[], q: number): number {
	const total = counts.at(-1) ?? 0;
	if (!(total > 0)) return Number.NaN;
	const rank = q * total;
	const place = counts.findIndex((count) => count >= rank && count > 0);
	const upper = bounds[place] as number;
	const lower = place === 0 ? Math.min(0, upper) : (bounds[place - 1] as number);
	if (upper === Number.POSITIVE_INFINITY) return place === 0 ? Number.NaN : lower;
	const below = place === 0 ? 0 : (counts[place - 1] as number);
	const inside = (counts[place] as number) - below;
	return inside <= 0 ? upper : between(lower, upper, (rank - below) / inside);
}
