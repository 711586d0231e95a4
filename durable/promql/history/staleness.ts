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

/** False: no gap is long enough. @param longest time between two samples, ms. @param last instant of the last one, ms. */
export const mayHaveEnds = (longest: number, last: number, until: number): boolean => longest > LEAST_MS || until - last > LEAST_MS;

interface Marked {
	times: Float64Array;
	values: Float64Array;
	/** 1: a mark. */
	stale: Uint8Array;
}

/** @param until the end of the range that was read, ms. @returns the samples, and the marks among them. */
export function markEnds(times: Float64Array, values: Float64Array, until: number): Marked {
	/** Places before which a mark stands, and where it stands, ms. */
	const places: number[] = [];
	const marks: number[] = [];
	for (let i = 0; i < times.length; i++) {
		const at = times[i] as number;
		const next = i + 1 < times.length ? (times[i + 1] as number) : until;
		if (next - at <= LEAST_MS) continue;
		const waited = patience(times, i);
		if (next - at <= waited) continue;
		places.push(i + 1);
		marks.push(at + waited);
	}
	const length = times.length + marks.length;
	const marked = { times: new Float64Array(length), values: new Float64Array(length), stale: new Uint8Array(length) };
	let from = 0;
	for (let m = 0; m <= places.length; m++) {
		const until = places[m] ?? times.length;
		marked.times.set(times.subarray(from, until), from + m);
		marked.values.set(values.subarray(from, until), from + m);
		if (m < places.length) {
			marked.times[until + m] = marks[m] as number;
			marked.values[until + m] = Number.NaN;
			marked.stale[until + m] = 1;
		}
		from = until;
	}
	return marked;
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

/** Same as {@link markEnds} for a series whose newest sample is so old. @param cadence its usual interval, ms: asked for where that matters. */
export function patienceOf(cadence: () => number, age: number): number {
	return age <= LEAST_MS ? LEAST_MS : Math.max(LEAST_MS, MISSED * cadence() || Number.POSITIVE_INFINITY);
}
