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

/** In somebody's program. */
export const EMBEDDED: Limits = { activeSeries: 100_000, knownSeries: 250_000, memoryMb: 64 };

/** @param given of the configuration. */
export function limitsOf(given: { [Name in keyof Limits]?: number | undefined }, host: Limits): Limits {
	const { activeSeries = host.activeSeries, knownSeries = host.knownSeries, memoryMb = host.memoryMb } = given;
	return { activeSeries, knownSeries, memoryMb };
}
