/** The vertical axis: its ends and ticks. */
import { AGO, compact, isWord, mark } from "../format/number.ts";

export interface Scale {
	min: number;
	max: number;
	ticks: number[];
}

/** Units without a meaningful zero, whose axes need not include it. */
const FLOATING = new Set(["celsius", "fahrenheit", "kelvin"]);

/** Units of time, in seconds. */
const TIMES = new Map([
	["milliseconds", 1e-3],
	["seconds", 1],
	["seconds ago", 1],
	["minutes", 60],
	["hours", 3600],
]);
const isTime = (unit: string): boolean => TIMES.has(unit);

/** Readable steps of time, in seconds: not 500 s or a third of an hour. */
const TIME_STEPS = [1, 60, 3600].flatMap((unit) => [1, 2, 5, 10, 15, 30].map((n) => n * unit));
const DAY = 86_400;

/** Below this, powers of ten lose precision. */
const LEAST = 1e-290;
/** Minimum step of temperatures, degrees. */
const LEAST_FLOATING = 1e-3;
/** Minimum ratio of span to values: below it, tick labels would be equal. */
const LEAST_PART = 1e-4;
/** Above this, units of time are meaningless. */
const HUGE = 1e15;

/** 1, 2, 2.5 or 5 times a power of ten, at least `rough`. */
function niceStep(rough: number): number {
	const power = 10 ** Math.floor(Math.log10(rough));
	const lead = rough / power;
	return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 2.5 ? 2.5 : lead <= 5 ? 5 : 10);
}

/** The same for time: decimal below a second and for days. */
function niceTime(rough: number): number {
	if (rough <= 0.5) return niceStep(rough);
	return TIME_STEPS.find((step) => step >= rough && step < DAY) ?? niceStep(rough / DAY) * DAY;
}

const finite = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));

/**
 * @param columns values on this axis, finite
 * @param unit decides whether zero is included; `ratio` and `percent` up to the whole end at the whole
 * @param steps approximate number, at least 2
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
	const floating = FLOATING.has(unit ?? "");
	if (!floating) {
		low = Math.min(0, low);
		high = Math.max(0, high);
	}
	const size = Math.max(Math.abs(low), Math.abs(high));
	const least = floating ? LEAST_FLOATING : LEAST;
	if (!(high - low > Math.max(least, size * LEAST_PART))) {
		const room = size * 0.1 > least ? size * 0.1 : 1;
		if (low !== 0) low = finite(low - room);
		high = finite(high + room);
	}
	// Separately: the difference of the extreme doubles overflows.
	const rough = high / steps - low / steps;
	const time = TIMES.get(unit ?? "");
	const step = time === undefined || rough > HUGE ? niceStep(rough) : niceTime(rough * time) / time;
	const first = Math.floor(low / step + 1e-9);
	const last = Math.ceil(high / step - 1e-9);
	const ticks: number[] = [];
	for (let i = first; i <= last; i++) {
		const tick = Number((i * step).toPrecision(12));
		if (Number.isFinite(tick)) ticks.push(tick);
	}
	return { min: finite(first * step), max: finite(last * step), ticks };
}

/** Position of a value from the lower end, 0, to the upper, 1; outside of the scale beyond them. By halves, as above. */
export function shareOf(value: number, { min, max }: Pick<Scale, "min" | "max">): number {
	const half = max / 2 - min / 2;
	return half > 0 ? (value / 2 - min / 2) / half : 0;
}

/** Positions of values, clamped to the scale. */
export const levelsOf = (values: readonly (number | null)[], scale: Pick<Scale, "min" | "max">): (number | null)[] =>
	values.map((value) => (value === null ? null : Math.min(1, Math.max(0, shareOf(value, scale)))));

/** Labels of the vertical axis. */
export interface ValueAxis {
	/** One per tick. */
	labels: string[];
	/** Stated once, if the labels lack it: `0.75 tasks` does not fit at each. */
	unit?: string;
}

/** Characters of a label that the axis has room for. */
const MOST_CHARS = 13;

export function valueAxis({ ticks, min, max }: Scale, unit = ""): ValueAxis {
	const size = Math.max(Math.abs(min), Math.abs(max));
	const [first = 0, second = size] = ticks;
	// Tick labels far from zero differ in late digits.
	const digits = Math.max(4, Math.floor(Math.log10(size / (second - first))) + 2);
	// Ticks of time are whole in the step's unit: 30 min, 60 min, 90 min.
	const like = isTime(unit) ? second - first : size;
	const labels = ticks.map((tick) => mark(tick, unit, like, digits));
	if ((!isWord(unit) || unit === AGO) && labels.every((label) => label.length <= MOST_CHARS)) return { labels };
	return { labels: ticks.map((tick) => compact(tick, like, digits)), ...(unit && { unit }) };
}
