/** How series are put together in the rows of merged tiers. */
import type { Cursor } from "./cursor.ts";

/**
 * Series a row. A row is the least that is read, written and merged at once: more would make merging one a stall, fewer would make more rows,
 * and rows are what is paid for.
 */
const SERIES_A_GROUP = 64;

/** The next series, ascending, that any of the cuts has; those that live together stand together, however many were seen before. */
export function groupFrom(cuts: readonly Cursor[], from: number): number[] {
	const all = new Set<number>();
	for (const cut of cuts) for (const series of cut.seriesFrom(from, SERIES_A_GROUP)) all.add(series);
	return [...all].sort((a, b) => a - b).slice(0, SERIES_A_GROUP);
}
