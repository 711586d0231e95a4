/** Several numbers of one column made one, a column each: their sum, mean, least or greatest. */
import { Sums } from "./sums.ts";
import type { SeriesTarget } from "./target.ts";

export class SeriesAggregate {
	readonly #seriesAggregation: SeriesTarget["seriesAggregation"];
	/** Number of values in each column. */
	readonly counts: Float64Array;
	readonly #sums: Sums;
	readonly #best: Float64Array;

	constructor(length: number, seriesAggregation: SeriesTarget["seriesAggregation"]) {
		this.#seriesAggregation = seriesAggregation;
		this.counts = new Float64Array(length);
		this.#sums = new Sums(length);
		this.#best = new Float64Array(length).fill(seriesAggregation === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY);
	}

	add(i: number, value: number): void {
		(this.counts[i] as number)++;
		if (this.#seriesAggregation === "min") this.#best[i] = Math.min(this.#best[i] as number, value);
		else if (this.#seriesAggregation === "max") this.#best[i] = Math.max(this.#best[i] as number, value);
		else this.#sums.add(i, value);
	}

	/** NaN where nothing was added. */
	values(): Float64Array {
		return this.counts.map((count, i) => {
			if (count === 0) return Number.NaN;
			if (this.#seriesAggregation === "min" || this.#seriesAggregation === "max") return this.#best[i] as number;
			return this.#seriesAggregation === "avg" ? this.#sums.mean(i, count) : this.#sums.sum(i);
		});
	}
}
