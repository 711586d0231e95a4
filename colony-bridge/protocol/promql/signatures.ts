/** Names and arguments of the functions of Prometheus 3: the type check reads them. */
import type { ValueType } from "./terms.ts";

export interface Signature {
	args: readonly ValueType[];
	/** 0: all arguments are given. Else the last may be left out, and given at most so often; -1: any number of times. */
	variadic: number;
	returns: ValueType;
	/** Off in a stock Prometheus. */
	experimental: boolean;
}

const LETTERS: Record<string, ValueType> = { v: "vector", s: "scalar", m: "matrix", t: "string" };

/**
 * @param text letters of the arguments and, after them, whether the last may be left out (`?`) or how often it may stand, left out included: so many times,
 * or any number of times (`*`). `>s`: it returns a scalar
 */
function signature(text: string, experimental: boolean): Signature {
	const [, args, many, returns] = /^([vsmt]*)(\?|\*|\d+)?(?:>(s))?$/.exec(text) as unknown as [string, string, string?, string?];
	const variadic = many === undefined ? 0 : many === "?" ? 1 : many === "*" ? -1 : Number(many);
	return { args: [...args].map((letter) => LETTERS[letter] as ValueType), variadic, returns: returns ? "scalar" : "vector", experimental };
}

const STABLE: Record<string, string> = {
	v: "abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp",
	m: "absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate last_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time",
	"v?": "day_of_month day_of_week day_of_year days_in_month hour minute month year",
	vs: "clamp_max clamp_min",
	"vs?": "round",
	vss: "clamp",
	ssv: "histogram_fraction",
	sv: "histogram_quantile",
	"vttt*": "label_join",
	vtttt: "label_replace",
	ms: "predict_linear",
	sm: "quantile_over_time",
	s: "vector",
	"v>s": "scalar",
	">s": "pi time",
};

const EXPERIMENTAL: Record<string, string> = {
	v: "start_timestamp",
	m: "mad_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time",
	mss: "double_exponential_smoothing",
	vtss9: "histogram_quantiles",
	"vv?": "info",
	"vt*": "sort_by_label sort_by_label_desc",
	">s": "end range start step",
	"ss>s": "max_of min_of",
};

export const SIGNATURES: ReadonlyMap<string, Signature> = new Map(
	[STABLE, EXPERIMENTAL].flatMap((table) =>
		Object.entries(table).flatMap(([text, names]) =>
			names.split(" ").map((name): [string, Signature] => [name, signature(text, table === EXPERIMENTAL)]),
		),
	),
);
