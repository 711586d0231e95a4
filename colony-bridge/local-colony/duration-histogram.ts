/** Durations in Prometheus' form: how many took at most `le` seconds, for bounds that never change. */

/** Upper bounds in seconds; the last bucket, `+Inf`, has all. */
export const DURATION_BOUNDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/** The newest durations, for quantiles of what happens now. */
const RECENT = 1_000;

export class DurationHistogram {
	readonly #counts = new Array<number>(DURATION_BOUNDS.length + 1).fill(0);
	readonly #recent: number[] = [];
	#next = 0;
	count = 0;
	/** Seconds. */
	sum = 0;

	observe(seconds: number): void {
		const found = DURATION_BOUNDS.findIndex((bound) => seconds <= bound);
		const bucket = found < 0 ? DURATION_BOUNDS.length : found;
		this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
		this.count += 1;
		this.sum += seconds;
		this.#recent[this.#next] = seconds;
		this.#next = (this.#next + 1) % RECENT;
	}

	/** Cumulative counts with their `le`, the last one `+Inf`. */
	*buckets(): Iterable<{ le: string; count: number }> {
		let total = 0;
		for (const [i, count] of this.#counts.entries()) {
			total += count;
			yield { le: DURATION_BOUNDS[i]?.toString() ?? "+Inf", count: total };
		}
	}

	/** Quantiles of the newest 1,000 durations, in seconds (nearest rank); undefined before the first. */
	quantiles(shares: readonly number[]): number[] | undefined {
		if (this.#recent.length === 0) return undefined;
		const sorted = this.#recent.toSorted((a, b) => a - b);
		return shares.map((share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number);
	}
}
