/** Limits of a cluster where the configuration sets none, by host. */
export interface Limits {
	/** Active series. */
	activeSeries: number;
	/** Known series, active or stale. */
	knownSeries: number;
	/** Memory of all clusters of a process or an isolate together, by their own estimate, MB. */
	memoryMb: number;
}

/**
 * In Durable Objects. An isolate has 128 MB and may hold several objects: the rest of it is for code (some 15 MB), the push and the answers under
 * way, the peak of a compaction, a keyframe being written, and garbage.
 */
export const HOSTED: Limits = { activeSeries: 50_000, knownSeries: 125_000, memoryMb: 90 };

/** Known series for each that may be active, where the configuration says only that. */
const KNOWN_AN_ACTIVE = 2.5;

/** In somebody's program. */
export const EMBEDDED: Limits = { activeSeries: 100_000, knownSeries: 250_000, memoryMb: 64 };

/** Active series are known ones: a default follows what is given of the other. @param given of the configuration, where both do not contradict. */
export function limitsOf(given: { [Name in keyof Limits]?: number | undefined }, host: Limits): Limits {
	const { memoryMb = host.memoryMb } = given;
	const activeSeries = given.activeSeries ?? Math.min(host.activeSeries, given.knownSeries ?? host.knownSeries);
	const knownSeries = given.knownSeries ?? Math.max(host.knownSeries, Math.ceil(KNOWN_AN_ACTIVE * activeSeries));
	return { activeSeries, knownSeries, memoryMb };
}
