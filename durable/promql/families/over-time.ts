/** One value from the samples of a range: the functions whose names end in `_over_time`. */
import type { RangeFunction, Window } from "../values.ts";
import { movingMean, summed } from "./kahan.ts";
import { quantile, quantileWarning } from "./quantile.ts";

/** A function of windows that have samples. */
const ofSamples =
	(compute: (window: Window) => number): RangeFunction =>
	(window) =>
		window.first < window.end ? compute(window) : undefined;

export const count = ofSamples(({ first, end }) => end - first);
export const present = ofSamples(() => 1);
export const first = ofSamples(({ values, first }) => values[first] as number);
export const last = ofSamples(({ values, end }) => values[end - 1] as number);
export const timeOfFirst = ofSamples(({ times, first }) => (times[first] as number) / 1000);
export const timeOfLast = ofSamples(({ times, end }) => (times[end - 1] as number) / 1000);

export const sum = ofSamples(({ values, first, end }) => {
	let [total, lost] = [0, 0];
	for (let i = first; i < end; i++) {
		const value = values[i] as number;
		const next = total + value;
		lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
		total = next;
	}
	return summed(total, lost);
});

export const avg = ofSamples(({ values, first, end }) => {
	let [total, lost] = [0, 0];
	for (let i = first; i < end; i++) {
		const value = values[i] as number;
		const next = total + value;
		lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
		total = next;
	}
	const count = end - first;
	return Number.isFinite(total) ? total / count + lost / count : movingMean(values, first, end);
});

/** Welford's, with the lost parts kept. */
function variance({ values, first, end }: Window): number {
	let [mean, meanLost, squares, squaresLost] = [0, 0, 0, 0];
	for (let i = first; i < end; i++) {
		const value = values[i] as number;
		const distance = value - (mean + meanLost);
		const step = distance / (i - first + 1);
		const nextMean = mean + step;
		meanLost += Math.abs(mean) >= Math.abs(step) ? mean - nextMean + step : step - nextMean + mean;
		mean = nextMean;
		const square = distance * (value - (mean + meanLost));
		const nextSquares = squares + square;
		squaresLost += Math.abs(squares) >= Math.abs(square) ? squares - nextSquares + square : square - nextSquares + squares;
		squares = nextSquares;
	}
	return summed(squares, squaresLost) / (end - first);
}

export const stdvar = ofSamples(variance);
export const stddev = ofSamples((window) => Math.sqrt(variance(window)));

/** @param better whether a value takes the place of the one chosen so far; any takes that of NaN. @returns its index */
function chosen({ values, first, end }: Window, better: (value: number, so: number) => boolean): number {
	let best = first;
	for (let i = first; i < end; i++) {
		const so = values[best] as number;
		if (better(values[i] as number, so) || Number.isNaN(so)) best = i;
	}
	return best;
}

export const max = ofSamples((window) => window.values[chosen(window, (value, so) => value > so)] as number);
export const min = ofSamples((window) => window.values[chosen(window, (value, so) => value < so)] as number);
/** The last of several. */
export const timeOfMax = ofSamples((window) => (window.times[chosen(window, (value, so) => value >= so)] as number) / 1000);
export const timeOfMin = ofSamples((window) => (window.times[chosen(window, (value, so) => value <= so)] as number) / 1000);

export const quantileOf: RangeFunction = ({ values, first, end }, [q = Number.NaN], notes) => {
	if (first >= end) return undefined;
	const warning = quantileWarning(q);
	if (warning) notes.warn(warning);
	return quantile(q, values.slice(first, end));
};

/** The median of the distances from the median. */
export const mad = ofSamples(({ values, first, end }) => {
	const window = values.slice(first, end);
	if (window.some(Number.isNaN)) return Number.NaN;
	const median = quantile(0.5, window);
	return quantile(
		0.5,
		window.map((value) => Math.abs(value - median)),
	);
});
