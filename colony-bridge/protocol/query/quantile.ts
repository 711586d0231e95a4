/** Quantiles of samples and of histograms. */

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
export function between(low: number, high: number, share: number): number {
	const distance = high - low;
	return Number.isFinite(distance) ? low + distance * share : low * (1 - share) + high * share;
}

/**
 * Same as Prometheus' `histogram_quantile`: linear within the bucket, from 0 in the lowest where its bound is above 0; the highest finite bound
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
