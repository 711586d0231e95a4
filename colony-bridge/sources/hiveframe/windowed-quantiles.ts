/** Quantiles of what a histogram has counted lately: of the last minute, of all its time until a minute is known. */
import { histogramQuantile } from "../../../durable/history/quantile.ts";

const WINDOW_MS = 60_000;

interface Reading {
	at: number;
	counts: readonly number[];
}

export class WindowedQuantiles {
	#bounds: readonly number[] = [];
	/** Oldest first; the first is the newest that is a minute old. */
	#readings: Reading[] = [];

	/**
	 * @param bounds upper bounds, ascending; @param counts cumulative, one a bound
	 * @returns one a quantile, or undefined where nothing was counted in the window.
	 */
	read(bounds: readonly number[], counts: readonly number[], at: number, quantiles: readonly number[]): number[] | undefined {
		const newest = this.#readings.at(-1);
		const same = bounds.length === this.#bounds.length && bounds.every((bound, i) => bound === this.#bounds[i]);
		const fell = newest?.counts.some((count, i) => (counts[i] ?? 0) < count);
		if (!same || fell) this.#readings = [];
		this.#bounds = bounds;
		this.#readings.push({ at, counts });
		while ((this.#readings[1]?.at ?? at) <= at - WINDOW_MS) this.#readings.shift();
		const base = this.#readings[0];
		const lately = base && base.at <= at - WINDOW_MS ? counts.map((count, i) => count - (base.counts[i] ?? 0)) : counts;
		return (lately.at(-1) ?? 0) > 0 ? quantiles.map((q) => histogramQuantile(bounds, lately, q)) : undefined;
	}
}
