/** Lines through samples: `deriv`, `predict_linear`, `double_exponential_smoothing`. */
import { QueryError, type RangeFunction, type Window } from "../values.ts";
import { Kahan } from "./kahan.ts";

export const deriv: RangeFunction = (window) =>
	window.end - window.first < 2 ? undefined : leastSquares(window, window.times[window.first] as number).slope;

export const predictLinear: RangeFunction = (window, [seconds = Number.NaN]) => {
	if (window.end - window.first < 2) return undefined;
	const { slope, value } = leastSquares(window, window.at);
	return slope * seconds + value;
};

/** @returns the slope by the second, and the value at `instant` */
function leastSquares({ times, values, first, end }: Window, instant: number): { slope: number; value: number } {
	const [sumX, sumY, sumXY, sumX2] = [new Kahan(), new Kahan(), new Kahan(), new Kahan()];
	const initial = values[first] as number;
	let constant = true;
	for (let i = first; i < end; i++) {
		const [x, y] = [((times[i] as number) - instant) / 1000, values[i] as number];
		if (y !== initial && i > first) constant = false;
		sumX.add(x);
		sumY.add(y);
		sumXY.add(x * y);
		sumX2.add(x * x);
	}
	if (constant)
		return Math.abs(initial) === Number.POSITIVE_INFINITY ? { slope: Number.NaN, value: Number.NaN } : { slope: 0, value: initial };
	const count = end - first;
	const [x, y] = [sumX.sum + sumX.lost, sumY.sum + sumY.lost];
	const covariance = sumXY.sum + sumXY.lost - (x * y) / count;
	const variance = sumX2.sum + sumX2.lost - (x * x) / count;
	const slope = covariance / variance;
	return { slope, value: y / count - (slope * x) / count };
}

/** Holt's linear method: a smoothed value, and a smoothed trend that it goes on with. */
export const doubleExponentialSmoothing: RangeFunction = ({ values, first, end }, [smoothing = 0, trend = 0]) => {
	requireFactor("smoothing", smoothing);
	requireFactor("trend", trend);
	if (end - first < 2) return undefined;
	let before = 0;
	let smoothed = values[first] as number;
	let slope = (values[first + 1] as number) - smoothed;
	for (let i = first + 1; i < end; i++) {
		if (i > first + 1) slope = trend * (smoothed - before) + (1 - trend) * slope;
		before = smoothed;
		smoothed = smoothing * (values[i] as number) + (1 - smoothing) * (smoothed + slope);
	}
	return smoothed;
};

function requireFactor(name: string, factor: number): void {
	if (factor <= 0 || factor >= 1) throw new QueryError(`invalid ${name} factor. Expected: 0 < ${name[0]}f < 1, got: ${factor.toFixed(6)}`);
}
