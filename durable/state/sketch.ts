/**
 * DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019).
 *
 * Bin i counts values in (gamma^(i-1), gamma^i]; answering with the bin's middle, 2 gamma^i / (gamma + 1), is at most 1 % off. Values below
 * `SMALLEST` count as zero. Between a millisecond and a year there are some 1,200 bins, and only those that hold something are kept.
 */

const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
const SMALLEST = 1e-6;

export interface StoredSketch {
	zeros: number;
	max: number;
	/** Bin, count, bin, count, … in order of bins. */
	bins: number[];
}

export class DurationSketch {
	#zeros = 0;
	#count = 0;
	#max = 0;
	readonly #bins = new Map<number, number>();

	get count(): number {
		return this.#count;
	}
	get max(): number {
		return this.#max;
	}

	/** @param value zero or more. */
	add(value: number): void {
		this.#count++;
		if (value > this.#max) this.#max = value;
		if (value < SMALLEST) this.#zeros++;
		else {
			const bin = Math.ceil(Math.log(value) / LOG_GAMMA);
			this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
		}
	}

	/** @param shares ascending, each 0 to 1. @returns a value for each, NaN where nothing was added. */
	quantiles(shares: readonly number[]): number[] {
		const bins = this.#sorted();
		let at = -1;
		let passed = this.#zeros;
		return shares.map((share) => {
			if (this.#count === 0) return Number.NaN;
			const rank = share * (this.#count - 1);
			while (passed <= rank && at < bins.length - 1) passed += bins[++at]?.[1] ?? 0;
			const bin = at < 0 ? undefined : bins[at]?.[0];
			return bin === undefined ? 0 : Math.min(this.#max, (2 * GAMMA ** bin) / (GAMMA + 1));
		});
	}

	store(): StoredSketch {
		return { zeros: this.#zeros, max: this.#max, bins: this.#sorted().flat() };
	}
	static restore(stored: StoredSketch): DurationSketch {
		const sketch = new DurationSketch();
		sketch.#zeros = stored.zeros;
		sketch.#count = stored.zeros;
		sketch.#max = stored.max;
		for (let i = 0; i + 1 < stored.bins.length; i += 2) {
			const count = stored.bins[i + 1] ?? 0;
			sketch.#bins.set(stored.bins[i] ?? 0, count);
			sketch.#count += count;
		}
		return sketch;
	}

	#sorted(): [bin: number, count: number][] {
		return [...this.#bins].sort((a, b) => a[0] - b[0]);
	}
}
