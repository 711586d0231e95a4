/**
 * How many errors there were, by time: every one is counted, where of the errors themselves only the newest are kept. Counts of ten seconds
 * reach back an hour, of a minute a day, of ten minutes a month.
 */

/** ms a count, and how far back, ms. */
const TIERS = [
	{ size: 10_000, reach: 3_600_000 },
	{ size: 60_000, reach: 86_400_000 },
	{ size: 600_000, reach: 30 * 86_400_000 },
] as const;

/** By tier: index of the count and the count, in turn. */
export type StoredErrorCounts = number[][];

export class ErrorCounts {
	/** By the index of the stretch (index * size, (index + 1) * size]. */
	readonly #counts = TIERS.map(() => new Map<number, number>());
	#newest = 0;
	/** Rises with every error. */
	version = 0;

	add(at: number): void {
		this.version++;
		const moved = at > this.#newest;
		this.#newest = Math.max(this.#newest, at);
		for (const [i, { size, reach }] of TIERS.entries()) {
			const counts = this.#counts[i] as Map<number, number>;
			const index = Math.ceil(at / size) - 1;
			// Twice as far: the first step of an answer begins before its time does.
			const oldest = Math.ceil((this.#newest - 2 * reach) / size) - 1;
			if (index < oldest) continue;
			const known = counts.get(index);
			counts.set(index, (known ?? 0) + 1);
			if (moved && known === undefined) for (const old of counts.keys()) if (old < oldest) counts.delete(old);
		}
	}

	/** @returns counts of at most some `points` steps up to `end`, ms: each of the step that ends at `start + i * step`. */
	over(range: number, end: number, points: number): { start: number; step: number; counts: number[] } {
		const wanted = range / points;
		const serving = TIERS.flatMap(({ size, reach }, i) =>
			end - range >= this.#newest - reach || i === TIERS.length - 1 ? [{ size, i }] : [],
		);
		const { size, i } = serving.findLast((tier) => tier.size <= wanted) ?? (serving[0] as (typeof serving)[number]);
		const step = Math.max(1, Math.ceil(wanted / size)) * size;
		const length = Math.ceil(range / step) + 1;
		const start = (Math.ceil(end / step) - length + 1) * step;
		const counts = new Array<number>(length).fill(0);
		for (const [index, count] of this.#counts[i] as Map<number, number>) {
			const column = Math.ceil(((index + 1) * size - start) / step);
			if (column >= 0 && column < length) counts[column] = (counts[column] as number) + count;
		}
		return { start, step, counts };
	}

	store(): StoredErrorCounts {
		return this.#counts.map((counts) => [...counts].flat());
	}
	restore(stored: StoredErrorCounts): void {
		for (const [i, { size }] of TIERS.entries()) {
			const [pairs = [], counts] = [stored[i], this.#counts[i] as Map<number, number>];
			for (let k = 0; k + 1 < pairs.length; k += 2) {
				counts.set(pairs[k] as number, pairs[k + 1] as number);
				this.#newest = Math.max(this.#newest, (pairs[k] as number) * size + 1);
			}
		}
	}
}
