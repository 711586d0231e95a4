/** Numbers as text, the same on the server and in every browser: independent of locale, always with the unit. */
import { instantMetric, isUp } from "../../colony-bridge/protocol/query/instant-metric.ts";
import { SPACE } from "./text.ts";
import { relative } from "./time.ts";

const MINUS = "\u2212";

export function grouped(digits: string, separator = ","): string {
	const [whole = "", fraction] = digits.split(".");
	const sign = /^[-+\u2212]/.exec(whole)?.[0] ?? "";
	const parts = whole.slice(sign.length).replace(/\B(?=(\d{3})+$)/g, separator);
	return sign + parts + (fraction === undefined ? "" : `.${fraction}`);
}

/**
 * Shown for the largest doubles and infinity: the cluster stores overflowing sums as the largest double, and programs use it for "none".
 */
export const OUT_OF_RANGE = "out of range";
const beyond = (value: number): boolean => Math.abs(value) >= Number.MAX_VALUE;

const signed = (digits: string): string => digits.replace("e+", "e").replaceAll("-", MINUS);
const power = (value: number): string => signed(value.toExponential(2));

export const count = (value: number): string => (beyond(value) ? OUT_OF_RANGE : plain(Math.round(value), 0));

/** A total, which only grows: from ten million on in short, so that it is never wider. `–`: not known. */
export const total = (value: number | undefined): string =>
	value === undefined ? "–" : Math.abs(value) < 1e7 ? count(value) : compact(value);

/** All digits of a number that is shown in short, for its tooltip; undefined: it is shown whole. */
export const inFull = (value: number, shown = count(value)): string | undefined =>
	/^\W?[\d.,]+(?:[kMGT]|e\d)/.test(shown) ? signed(grouped(String(value))) : undefined;

/** Numbers of so many digits have a short form. */
const LONG = 1e11;

/** Fewer decimals for larger numbers, a fixed number for each magnitude, so that updates do not change the width. */
function plain(value: number, decimals: number): string {
	const size = Math.abs(value);
	if (size !== 0 && (size < 1e-3 || size >= 1e15)) return power(value);
	if (size >= LONG) return compact(value);
	const places = size >= 1000 ? 0 : size >= 100 ? Math.min(1, decimals) : decimals;
	return grouped(value.toFixed(places)).replace("-", MINUS);
}

interface Scaled {
	factor: number;
	unit: string;
}
const BYTES: Scaled[] = [
	{ factor: 1e15, unit: "PB" },
	{ factor: 1e12, unit: "TB" },
	{ factor: 1e9, unit: "GB" },
	{ factor: 1e6, unit: "MB" },
	{ factor: 1e3, unit: "kB" },
	{ factor: 1, unit: "B" },
];
const SECONDS: Scaled[] = [
	{ factor: 86_400, unit: "d" },
	{ factor: 3600, unit: "h" },
	{ factor: 60, unit: "min" },
	{ factor: 1, unit: "s" },
	{ factor: 1e-3, unit: "ms" },
	{ factor: 1e-6, unit: "µs" },
];

/** Units that scale, by their OpenMetrics names, with the factor to the base unit. A Map, as a colony may name a unit `constructor`. */
const SCALED = new Map<string, { steps: Scaled[]; times: number }>([
	["bytes", { steps: BYTES, times: 1 }],
	["kilobytes", { steps: BYTES, times: 1e3 }],
	["megabytes", { steps: BYTES, times: 1e6 }],
	["gigabytes", { steps: BYTES, times: 1e9 }],
	["seconds", { steps: SECONDS, times: 1 }],
	["milliseconds", { steps: SECONDS, times: 1e-3 }],
	["minutes", { steps: SECONDS, times: 60 }],
	["hours", { steps: SECONDS, times: 3600 }],
]);
const SIGNS = new Map([
	["percent", "%"],
	["celsius", "°C"],
	["fahrenheit", "°F"],
	["kelvin", "K"],
	["volts", "V"],
	["amperes", "A"],
	["joules", "J"],
]);

/** The scaled unit for a number of this size. Unknown units are shown as they are. */
function stepFor(size: number, unit: string): Scaled {
	const scaled = SCALED.get(unit);
	if (!scaled) return { factor: unit === "ratio" ? 0.01 : 1, unit: unit === "ratio" ? "%" : (SIGNS.get(unit) ?? unit) };
	const absolute = Math.abs(size) * scaled.times;
	const zero = scaled.steps.find((step) => step.factor === scaled.times);
	const fit = absolute === 0 ? zero : (scaled.steps.find((step) => absolute >= step.factor * 0.9995) ?? scaled.steps.at(-1));
	return { factor: (fit?.factor ?? 1) / scaled.times, unit: fit?.unit ?? "" };
}

/** Pseudo-units: seconds since an instant, and up or down. */
export const AGO = "seconds ago";
const UP = "up";

function ago(seconds: number): string {
	if (beyond(seconds)) return OUT_OF_RANGE;
	return relative(0, seconds * 1000);
}

/**
 * A value with its unit: `45.2 %`, `1.02 GB`, `12.3 /s`.
 * @param unit OpenMetrics name (`percent`, `megabytes`, ...); absent: a count
 * @param like value that selects the scaled unit, so that the numbers of an axis share it
 */
export function quantity(value: number, unit = "", like = value): string {
	if (unit === AGO) return ago(value);
	if (unit === UP && (value === 0 || value === 1)) return value === 1 ? UP : "down";
	return written(value, unit, like, plain);
}

/**
 * The same for axis ticks: no redundant digits, and long units cut.
 * @param digits as in {@link compact}
 */
export function mark(value: number, unit = "", like = value, digits?: number): string {
	if (unit === AGO) return mark(value, "seconds", like, digits);
	const short = SCALED.has(unit) || SIGNS.has(unit) || unit.length <= 5 ? unit : unit.endsWith("/s") ? "/s" : "";
	return written(value, unit === "ratio" ? unit : short, like, (shown, _, size) => compact(shown, size, digits));
}

const THOUSANDS: Scaled[] = [
	{ factor: 1e12, unit: "T" },
	{ factor: 1e9, unit: "G" },
	{ factor: 1e6, unit: "M" },
	{ factor: 1e3, unit: "k" },
];

/**
 * A short number without unit, for axis ticks: `12.5k`.
 * @param like as in {@link quantity}
 * @param digits significant digits
 */
export function compact(value: number, like = value, digits = 4): string {
	const size = Math.abs(like);
	if (beyond(Number(value.toPrecision(digits)))) return OUT_OF_RANGE;
	const short = (shown: number) => Number(shown.toPrecision(digits));
	if (size >= 1e15 || (size <= 1e-4 && size > 0)) return value === 0 ? "0" : signed(short(value).toExponential());
	const step = size < 10_000 ? undefined : THOUSANDS.find(({ factor }) => size >= factor);
	const shown = signed(grouped(String(short(value / (step?.factor ?? 1)))));
	return step && value !== 0 ? shown + step.unit : shown;
}

/** @returns true for an unknown unit, which is not scaled */
export function isWord(unit: string): boolean {
	const base = unit.replace(/\/s$/, "");
	return !SCALED.has(base) && !SIGNS.has(base) && base !== "ratio";
}

function written(value: number, unit: string, like: number, digits: (value: number, decimals: number, like: number) => string): string {
	if (Number.isNaN(value)) return "–";
	const perSecond = unit.endsWith("/s");
	const base = perSecond ? unit.slice(0, -2) : unit;
	const step = stepFor(like, base);
	const suffix = step.unit + (perSecond ? "/s" : "");
	const shown = Number((value / step.factor).toPrecision(12));
	if (beyond(value) || beyond(shown)) return OUT_OF_RANGE;
	if (!perSecond && step.unit === "%" && Math.abs(shown) >= 1e6) return `${power(shown)}${SPACE}%`;
	const counts = !perSecond && base !== "" && isWord(base);
	// Counts and bytes stay whole.
	const whole = Number.isInteger(shown) && (suffix === "" || suffix === "B" || counts);
	// More than five digits of a rate say nothing.
	if (perSecond && digits === plain && Math.abs(shown) >= 1e5) return `${compact(shown, shown, 4)}${SPACE}${suffix}`;
	const size = Math.abs(shown);
	// The mean of a count is told in tenths while it is small: 15 windows, 3.5 windows.
	const decimals = whole || (counts && size >= 9.95) ? 0 : (counts && size >= 1) || ONE_DECIMAL.has(base) ? 1 : 2;
	const text = digits(shown, decimals, like / step.factor);
	return suffix ? `${text}${SPACE}${counts && shown === 1 ? singular(suffix) : suffix}` : text;
}

const ONE_DECIMAL: ReadonlySet<string> = new Set(["percent", "ratio", "celsius"]);

/** `1 task` of the unit `tasks`. */
const singular = (unit: string): string =>
	/(?:series|species|ss|us)$/.test(unit)
		? unit
		: unit
				.replace(/ies$/, "y")
				.replace(/(ch|sh|x)es$/, "$1")
				.replace(/s$/, "");

const SUFFIX = /_(percent|ratio|bytes|kilobytes|megabytes|gigabytes|mb|seconds|milliseconds|ms|celsius|volts|joules)(?:_total)?$/;
const SHORT: Record<string, string> = { mb: "megabytes", ms: "milliseconds" };

/** A metric's name as words, without prefix and unit. */
export const metricWords = (metric: string): string =>
	metric
		.replace(/^(hiveframe_)?(stream_|worker_)?/, "")
		.replace(SUFFIX, "")
		.replace(/_total$/, "")
		.replaceAll("_", " ");

/** The unit implied by a metric's name, for metrics without a declared unit. */
export function unitOf(metric: string): string | undefined {
	if (/_(utilization|share)$/.test(metric)) return "ratio";
	if (isUp(metric)) return UP;
	const word = SUFFIX.exec(metric)?.[1];
	return word && (SHORT[word] ?? word);
}

/** `1 worker`, `3 workers`. */
export const counted = (value: number, one: string, many = `${one}s`): string => `${count(value)}${SPACE}${value === 1 ? one : many}`;

/** Aggregations of instants that are instants themselves. */
const KEEPS_INSTANT: ReadonlySet<string> = new Set(["last", "avg", "min", "max", "p50", "p95", "p99"]);

/** @returns true for a metric whose values are instants, such as `process_start_time_seconds`, shown as "6 min ago" */
export const isInstant = (metric: string, aggregation = "last"): boolean =>
	instantMetric(metric) !== undefined && KEEPS_INSTANT.has(aggregation);

/** Seconds between the instant that a value denotes and another one. @param at ms */
export const ageOf = (metric: string, value: number, at: number): number => at / 1000 - value / (instantMetric(metric) ?? 1);
