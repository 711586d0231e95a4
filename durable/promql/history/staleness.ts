/**
 * Ends of series, as marks among their samples. A colony's series end without a word: the history knows an end by the samples that are
 * missing. A series is stale once three of its own usual intervals, and a minute at least, have passed without a sample; the mark stands
 * there. A bridge without viewers sends its samples together, every half a minute: the minute is for them. Where three intervals are longer
 * than the look-back, that decides, as it does in Prometheus.
 */

/** Intervals without a sample after which a series is stale, and the least time, ms. */
const MISSED = 3;
const LEAST_MS = 60_000;
/** Distances before a gap that tell the usual one, at most, and how far back, ms: an end is the same whatever range is read. */
const LOOKED_AT = 8;
export const CONTEXT_MS = 5 * 60_000;

/**
 * Puts the marks in.
 * @param length samples there are: the arrays have room for as many marks besides.
 * @param until the end of the range that was read, ms. @param stale in the order of `times`, written here.
 * @returns how many samples and marks there are now.
 */
export function markEnds(times: Float64Array, values: Float64Array, stale: Uint8Array, length: number, until: number): number {
	const gaps: number[] = [];
	for (let i = 0; i < length; i++) {
		const next = i + 1 < length ? (times[i + 1] as number) : until;
		// Most are no longer than what is never a gap.
		if (next - (times[i] as number) <= LEAST_MS) continue;
		if (next - (times[i] as number) > patience(times, i)) gaps.push(i);
	}
	if (gaps.length === 0) return length;
	const all = length + gaps.length;
	const marks = gaps.map((i) => (times[i] as number) + patience(times, i));
	let to = all - 1;
	let from = length - 1;
	for (let gap = gaps.length - 1; gap >= 0; gap--) {
		const last = gaps[gap] as number;
		while (from > last) move(from--, to--);
		times[to] = marks[gap] as number;
		values[to] = Number.NaN;
		stale[to--] = 1;
	}
	return all;

	function move(source: number, target: number): void {
		times[target] = times[source] as number;
		values[target] = values[source] as number;
		stale[target] = stale[source] as number;
	}
}

/** True if an end may be among the samples of (after, until] that only samples before them tell. */
export function needsContext(times: Float64Array, length: number, after: number, until: number): boolean {
	for (let i = 0; i < length; i++) {
		const at = times[i] as number;
		if (at - CONTEXT_MS > after) return false;
		if ((i + 1 < length ? (times[i + 1] as number) : until) - at > LEAST_MS) return true;
	}
	return false;
}

/** Time without a sample after which the series is stale at a place, ms; infinity: nothing tells its interval. */
function patience(times: Float64Array, place: number): number {
	const distances: number[] = [];
	const first = (times[place] as number) - CONTEXT_MS;
	for (let i = place; i > 0 && distances.length < LOOKED_AT && (times[i - 1] as number) > first; i--)
		distances.push((times[i] as number) - (times[i - 1] as number));
	if (distances.length < 2) return Number.POSITIVE_INFINITY;
	distances.sort((a, b) => a - b);
	return Math.max(LEAST_MS, MISSED * (distances[distances.length >> 1] as number));
}

/** As {@link markEnds} does for a series whose newest sample is so old. @param cadence its usual interval, ms: asked for where that matters. */
export function patienceOf(cadence: () => number, age: number): number {
	return age <= LEAST_MS ? LEAST_MS : Math.max(LEAST_MS, MISSED * cadence() || Number.POSITIVE_INFINITY);
}
