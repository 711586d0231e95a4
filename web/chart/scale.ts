/** The vertical axis: where it begins and ends and which numbers stand beside it. The drawn chart and its placeholder share it. */

export interface Scale {
	min: number;
	max: number;
	ticks: number[];
}

/** Units whose zero means nothing: their axis need not begin there. */
const FLOATING = new Set(["celsius", "fahrenheit", "kelvin"]);

/** Below this, powers of ten and their quotients lose their digits. */
const LEAST = 1e-290;

/** 1, 2, 2.5 or 5 times a power of ten, at least `rough`. */
function niceStep(rough: number): number {
	const power = 10 ** Math.floor(Math.log10(rough));
	const lead = rough / power;
	return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 2.5 ? 2.5 : lead <= 5 ? 5 : 10);
}

/**
 * @param columns what is drawn on this axis
 * @param unit decides whether zero belongs to it; `ratio` and `percent` that stay below the whole end no higher than the whole
 */
export function scaleOf(columns: readonly (readonly (number | null)[])[], unit: string | undefined, steps = 4): Scale {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	for (const column of columns) {
		for (const value of column) {
			if (value === null) continue;
			if (value < low) low = value;
			if (value > high) high = value;
		}
	}
	if (low > high) return { min: 0, max: 1, ticks: [] };
	if (!FLOATING.has(unit ?? "")) {
		low = Math.min(0, low);
		high = Math.max(0, high);
	}
	// A span too small to be divided is none.
	if (!(high - low > LEAST)) {
		const tenth = Math.abs(low) * 0.1;
		const room = tenth > LEAST ? tenth : 1;
		if (low !== 0) low -= room;
		high += room;
	}
	const step = niceStep((high - low) / steps);
	const min = Math.floor(low / step + 1e-9) * step;
	const max = Math.ceil(high / step - 1e-9) * step;
	const ticks: number[] = [];
	for (let i = 0; min + i * step <= max + step / 2; i++) ticks.push(Number((min + i * step).toPrecision(12)));
	return { min, max, ticks };
}

/** Marks on the time axis, back from its end: shares of its width with the time before the end, ms. */
export function timeTicks(span: number, wanted = 3): { share: number; before: number }[] {
	const step = TIME_STEPS.find((candidate) => span / candidate <= wanted + 0.01) ?? Math.ceil(span / wanted / DAY) * DAY;
	const ticks: { share: number; before: number }[] = [];
	for (let before = 0; before <= span * 1.001; before += step) ticks.push({ share: 1 - before / span, before });
	return ticks.reverse();
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [
	...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
	...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
	...[1, 2, 3, 6, 12].map((n) => n * HOUR),
	...[1, 2, 7, 14, 30].map((n) => n * DAY),
];
