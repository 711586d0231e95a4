/** Liveness of a bridge, by the interval it declared: one rule for the cluster and for the page. */

/** Promised intervals without a push after which a bridge counts as silent. */
export const MISSED_INTERVALS = 3;

interface DeclaredInterval {
	/** Instant of the last push, ms. */
	lastPushAt: number;
	/** Time it promised between two pushes, ms. */
	intervalMs: number;
}

/** The instant from which the bridge counts as silent, ms. */
export const staleFrom = ({ lastPushAt, intervalMs }: DeclaredInterval): number => lastPushAt + MISSED_INTERVALS * intervalMs;

/** @returns since when the bridge has been silent, ms, or undefined. */
export const staleSince = (promised: DeclaredInterval, now: number): number | undefined =>
	now >= staleFrom(promised) ? promised.lastPushAt : undefined;

/** The status of everything that a stale bridge reported: its current status is unknown. */
export const NOT_HEARD = "not-heard";
