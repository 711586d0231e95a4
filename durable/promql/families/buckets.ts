/** Quantiles and fractions of one classic histogram at one instant. */

export interface Bucket {
	/** Inclusive. */
	upper: number;
	/** Count of all observations up to it. */
	count: number;
}

/** Fall of counts from one bucket to the next: where, and by how much at most. */
export interface Forced {
	lowest: number;
	highest: number;
	difference: number;
}

/** A share of the count below which a difference is taken for rounding. */
const ROUNDING = 1e-12;

/**
 * On the line through the bucket that has the rank; the lowest begins at zero if it ends above it. The highest has no end: its quantile is where it begins.
 * @param buckets ascending; merged and mended by it. @returns NaN without observations or a bucket of all
 */
export function bucketQuantile(q: number, buckets: Bucket[]): { quantile: number; forced?: Forced | undefined } {
	if (Number.isNaN(q)) return { quantile: Number.NaN };
	if (q < 0) return { quantile: Number.NEGATIVE_INFINITY };
	if (q > 1) return { quantile: Number.POSITIVE_INFINITY };
	if (buckets.at(-1)?.upper !== Number.POSITIVE_INFINITY) return { quantile: Number.NaN };
	const merged = coalesced(buckets);
	const forced = makeMonotonic(merged);
	return { quantile: quantileOf(q, merged), forced };
}

function quantileOf(q: number, buckets: readonly Bucket[]): number {
	const observations = buckets.at(-1)?.count ?? 0;
	if (buckets.length < 2 || observations === 0) return Number.NaN;
	const rank = q * observations;
	let at = 0;
	while (at < buckets.length - 1 && !((buckets[at] as Bucket).count >= rank)) at++;
	const { upper, count } = buckets[at] as Bucket;
	const below = buckets[at - 1];
	if (at === buckets.length - 1) return (below as Bucket).upper;
	if (!below && upper <= 0) return upper;
	const lower = below?.upper ?? 0;
	const passed = below?.count ?? 0;
	return lower + (upper - lower) * ((rank - passed) / (count - passed));
}

/** The share of observations between two bounds. @param buckets ascending; merged by it. @returns NaN without observations or a bucket of all */
export function bucketFraction(lower: number, upper: number, buckets: Bucket[]): number {
	if (buckets.at(-1)?.upper !== Number.POSITIVE_INFINITY) return Number.NaN;
	const merged = coalesced(buckets);
	const count = merged.at(-1)?.count ?? 0;
	if (count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
	return lower >= upper ? 0 : (rankOf(upper, merged, count) - rankOf(lower, merged, count)) / count;
}

/** Number of observations below a bound, on the line through its bucket; none of a bucket without a lower or upper end, but all of a first one. */
function rankOf(bound: number, buckets: readonly Bucket[], count: number): number {
	let rank = 0;
	let lower = (buckets[0] as Bucket).upper <= 0 ? Number.NEGATIVE_INFINITY : 0;
	for (const { upper, count: upTo } of buckets) {
		if (lower >= bound) return Math.min(rank, count);
		if (upper > bound) {
			const within = lower === Number.NEGATIVE_INFINITY ? upTo : rank + ((upTo - rank) * (bound - lower)) / (upper - lower);
			return Math.min(within, count);
		}
		lower = upper;
		rank = upTo;
	}
	return count;
}

/** Buckets with the same bound as one. */
function coalesced(buckets: readonly Bucket[]): Bucket[] {
	const merged: Bucket[] = [];
	for (const { upper, count } of buckets) {
		const last = merged.at(-1);
		if (last?.upper === upper) last.count += count;
		else merged.push({ upper, count });
	}
	return merged;
}

/** Counts that fall, as they do where buckets are scraped or computed apart, are raised to the one before. Differences of rounding are no news. */
function makeMonotonic(buckets: Bucket[]): Forced | undefined {
	let forced: Forced | undefined;
	let previous = buckets[0]?.count ?? 0;
	for (const bucket of buckets.slice(1)) {
		const { count, upper } = bucket;
		const small = Math.abs(count - previous) / (Math.abs(count) + Math.abs(previous)) < ROUNDING && count !== 0 && previous !== 0;
		if (count < previous && !small) {
			forced = {
				lowest: Math.min(forced?.lowest ?? upper, upper),
				highest: Math.max(forced?.highest ?? upper, upper),
				difference: Math.max(forced?.difference ?? 0, previous - count),
			};
		}
		if (small || count < previous) bucket.count = previous;
		else previous = count;
	}
	return forced;
}
