/** The vertical axis: where it begins and ends and which numbers stand beside it. */

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
