/**
 * Sums of doubles, one a column, that do not overflow on the way: 1.7e308 twice has a mean, though its sum is past the largest double.
 *
 * Each sum is kept twice, as it is and shrunk by 2^-64, and the shrunk one serves only where the other has overflowed: everywhere else the
 * outcome is that of plain addition, bit for bit.
 */

const SHRINK = 2 ** -64;

export class Sums {
	readonly #plain: Float64Array;
	readonly #shrunk: Float64Array;

	constructor(length: number) {
		this.#plain = new Float64Array(length);
		this.#shrunk = new Float64Array(length);
	}

	clear(): void {
		this.#plain.fill(0);
		this.#shrunk.fill(0);
	}

	add(i: number, value: number): void {
		(this.#plain[i] as number) += value;
		(this.#shrunk[i] as number) += value * SHRINK;
	}

	/** Past the largest double: infinite. */
	sum(i: number): number {
		return this.mean(i, 1);
	}

	mean(i: number, count: number): number {
		const plain = this.#plain[i] as number;
		if (Number.isFinite(plain)) return plain / count;
		const shrunk = this.#shrunk[i] as number;
		// Of infinite sums of both signs nothing is known but that they are past the range.
		return Number.isNaN(shrunk) ? Number.POSITIVE_INFINITY : shrunk / count / SHRINK;
	}
}

/**
 * Replaces an overflow by the largest double of its sign: a page says "out of range" of that, and JSON has no infinity.
 */
export function saturated(value: number): number {
	return Number.isFinite(value) || Number.isNaN(value) ? value : Math.sign(value) * Number.MAX_VALUE;
}
