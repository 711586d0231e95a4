/** Quantiles of values, as the aggregation and the functions over a range share them. */
import { generalText } from "../../../colony-bridge/protocol/promql/go-float.ts";

/** @param values sorted by it. @returns between the two values nearest to the rank, in proportion; NaN counts as the smallest value */
export function quantile(q: number, values: Float64Array): number {
	const count = values.length;
	if (count === 0 || Number.isNaN(q)) return Number.NaN;
	if (q < 0) return Number.NEGATIVE_INFINITY;
	if (q > 1) return Number.POSITIVE_INFINITY;
	// Typed arrays sort NaN to the end.
	values.sort();
	let numbers = count;
	while (numbers > 0 && Number.isNaN(values[numbers - 1] as number)) numbers--;
	const blank = count - numbers;
	const at = (place: number): number => (place < blank ? Number.NaN : (values[place - blank] as number));
	const rank = q * (count - 1);
	const lower = Math.floor(rank);
	const weight = rank - lower;
	return at(lower) * (1 - weight) + at(Math.min(count - 1, lower + 1)) * weight;
}

/** @returns why `q` is no share, as an annotation says it */
export function quantileWarning(q: number): string | undefined {
	return q >= 0 && q <= 1 ? undefined : `quantile value should be between 0 and 1, got ${generalText(q)}`;
}
