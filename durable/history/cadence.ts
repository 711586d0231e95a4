/** How often a series is measured. */
import type { Head } from "./head.ts";
import { newestInstants } from "./head-store.ts";
import type { Store } from "./run.ts";

const NEWEST = 9;

/** Usual time between its newest few samples, ms; 0: there are not two. */
export function cadenceOf(series: number, head: Head, store: Store): number {
	const instants = newestInstants(head, series, NEWEST);
	const [only] = instants;
	if (only === undefined) return 0;
	if (instants.length === 1) {
		const before = store.reader({ after: only, until: only, bucketMs: 0 }).before(series, only);
		return before ? only - before.at : 0;
	}
	const distances = instants.slice(1).map((instant, i) => (instants[i] as number) - instant);
	distances.sort((a, b) => a - b);
	return distances[distances.length >> 1] as number;
}
