/** Aggregations that take one value of a group after the other, at each step. */
import type { AggregationOp } from "../../../colony-bridge/protocol/promql/ast.ts";
import { Sums } from "./kahan.ts";

export interface Fold {
	/** The first value of step `i`. */
	begin(i: number, value: number): void;
	add(i: number, value: number): void;
	result(i: number): number;
}

class Sum implements Fold {
	readonly #sums: Sums;

	constructor(steps: number) {
		this.#sums = new Sums(steps);
	}

	begin(i: number, value: number): void {
		this.#sums.begin(i, value);
	}

	add(i: number, value: number): void {
		this.#sums.add(i, value);
	}

	result(i: number): number {
		return (this.#sums.sums[i] as number) + (this.#sums.lost[i] as number);
	}
}

/** The sum by the count; where the sum is past the range of doubles, a mean that each value moves. */
class Avg implements Fold {
	readonly #sums: Sums;
	readonly #counts: Float64Array;
	/** 1: the sum holds the mean. */
	readonly #isMean: Uint8Array;

	constructor(steps: number) {
		this.#sums = new Sums(steps);
		this.#counts = new Float64Array(steps);
		this.#isMean = new Uint8Array(steps);
	}

	begin(i: number, value: number): void {
		this.#sums.begin(i, value);
		this.#counts[i] = 1;
	}

	add(i: number, value: number): void {
		const { sums, lost } = this.#sums;
		const before = this.#counts[i] as number;
		const count = before + 1;
		this.#counts[i] = count;
		if (!this.#isMean[i]) {
			const [sum, part] = [sums[i] as number, lost[i] as number];
			this.#sums.add(i, value);
			if (Math.abs(sums[i] as number) !== Number.POSITIVE_INFINITY) return;
			this.#isMean[i] = 1;
			sums[i] = sum / before;
			lost[i] = part / before;
		}
		(sums[i] as number) *= before / count;
		(lost[i] as number) *= before / count;
		this.#sums.add(i, value / count);
	}

	result(i: number): number {
		const divisor = this.#isMean[i] ? 1 : (this.#counts[i] as number);
		return (this.#sums.sums[i] as number) / divisor + (this.#sums.lost[i] as number) / divisor;
	}
}

class Count implements Fold {
	readonly #counts: Float64Array;

	constructor(steps: number) {
		this.#counts = new Float64Array(steps);
	}

	begin(i: number): void {
		this.#counts[i] = 1;
	}

	add(i: number): void {
		(this.#counts[i] as number)++;
	}

	result(i: number): number {
		return this.#counts[i] as number;
	}
}

class Group implements Fold {
	begin(): void {}

	add(): void {}

	result(): number {
		return 1;
	}
}

abstract class Extreme implements Fold {
	readonly #values: Float64Array;

	constructor(steps: number) {
		this.#values = new Float64Array(steps);
	}

	protected abstract wins(value: number, over: number): boolean;

	begin(i: number, value: number): void {
		this.#values[i] = value;
	}

	/** Any number wins over NaN. */
	add(i: number, value: number): void {
		const best = this.#values[i] as number;
		if (this.wins(value, best) || Number.isNaN(best)) this.#values[i] = value;
	}

	result(i: number): number {
		return this.#values[i] as number;
	}
}

class Max extends Extreme {
	protected wins(value: number, over: number): boolean {
		return value > over;
	}
}

class Min extends Extreme {
	protected wins(value: number, over: number): boolean {
		return value < over;
	}
}

/** Welford's: the mean, and the sum of squares of what differs from it. */
class Variance implements Fold {
	readonly #counts: Float64Array;
	readonly #means: Float64Array;
	readonly #squares: Float64Array;

	constructor(steps: number) {
		this.#counts = new Float64Array(steps);
		this.#means = new Float64Array(steps);
		this.#squares = new Float64Array(steps);
	}

	begin(i: number, value: number): void {
		this.#counts[i] = 1;
		this.#means[i] = value;
		this.#squares[i] = Number.isFinite(value) ? 0 : Number.NaN;
	}

	add(i: number, value: number): void {
		const count = (this.#counts[i] as number) + 1;
		this.#counts[i] = count;
		const difference = value - (this.#means[i] as number);
		(this.#means[i] as number) += difference / count;
		(this.#squares[i] as number) += difference * (value - (this.#means[i] as number));
	}

	result(i: number): number {
		return (this.#squares[i] as number) / (this.#counts[i] as number);
	}
}

class Deviation extends Variance {
	override result(i: number): number {
		return Math.sqrt(super.result(i));
	}
}

type Folded = Exclude<AggregationOp, "topk" | "bottomk" | "limitk" | "limit_ratio" | "quantile" | "count_values">;
export const FOLDS: Record<Folded, new (steps: number) => Fold> = {
	sum: Sum,
	avg: Avg,
	count: Count,
	group: Group,
	max: Max,
	min: Min,
	stdvar: Variance,
	stddev: Deviation,
};
