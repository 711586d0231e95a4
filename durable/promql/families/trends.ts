/** Lines through samples: `deriv`, `predict_linear`, `double_exponential_smoothing`. */
import { QueryError, type RangeFunction, type Window } from "../values.ts";
import { summed } from "./kahan.ts";

export const deriv: RangeFunction = (window) =>
	window.end - window.first < 2 ? undefined : leastSquares(window, window.times[window.first] as number).slope;

export const predictLinear: RangeFunction = (window, [seconds = Number.NaN]) => {
	if (window.end - window.first < 2) return undefined;
	const { slope, value } = leastSquares(window, window.at);
	return slope * seconds + value;
};

/**
 * Instants are whole milliseconds, whose sums lose nothing that counts; those of values do.
 * @returns the slope by the second, and the value at `instant`
 */
function leastSquares({ times, values, first, end }: Window, instant: number): { slope: number; value: number } {
	let [sumX, sumX2, sumY, lostY, sumXY, lostXY] = [0, 0, 0, 0, 0, 0];
	const initial = values[first] as number;
	let constant = true;
	for (let i = first; i < end; i++) {
		const x = (times[i] as number) - instant;
		const y = values[i] as number;
		if (y !== initial && i > first) constant = false;
		sumX += x;
		sumX2 += x * x;
		const nextY = sumY + y;
		lostY += Math.abs(sumY) >= Math.abs(y) ? sumY - nextY + y : y - nextY + sumY;
		sumY = nextY;
		const xy = x * y;
		const nextXY = sumXY + xy;
		lostXY += Math.abs(sumXY) >= Math.abs(xy) ? sumXY - nextXY + xy : xy - nextXY + sumXY;
		sumXY = nextXY;
	}
	if (constant)
		return Math.abs(initial) === Number.POSITIVE_INFINITY ? { slope: Number.NaN, value: Number.NaN } : { slope: 0, value: initial };
	const count = end - first;
	const [x, y] = [sumX / 1000, summed(sumY, lostY)];
	const covariance = summed(sumXY, lostXY) / 1000 - (x * y) / count;
	const variance = sumX2 / 1_000_000 - (x * x) / count;
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
