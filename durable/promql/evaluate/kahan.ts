/** Sums that lose little: what rounding takes away is kept beside them (Kahan, with Neumaier's improvement). */

export class Sums {
	readonly sums: Float64Array;
	readonly lost: Float64Array;

	constructor(length: number) {
		this.sums = new Float64Array(length);
		this.lost = new Float64Array(length);
	}

	begin(i: number, value: number): void {
		this.sums[i] = value;
		this.lost[i] = 0;
	}

	add(i: number, value: number): void {
		const sum = this.sums[i] as number;
		const next = sum + value;
		if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) this.lost[i] = 0;
		else (this.lost[i] as number) += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
		this.sums[i] = next;
	}
}
