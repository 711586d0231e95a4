/** Definitions of the functions of the language. Their names and arguments are in `signatures.ts` of the protocol. */
import type { Definition } from "../values.ts";
import { DATES } from "./dates.ts";
import { histogramFraction, histogramQuantile, histogramQuantiles, ofNativeHistograms } from "./histograms.ts";
import { info } from "./info.ts";
import { absent, clamp, clampMax, clampMin, maxOf, minOf, pi, time, toScalar, toVector } from "./instants.ts";
import { labelJoin, labelReplace } from "./labels.ts";
import { MATH } from "./math.ts";
import * as overTime from "./over-time.ts";
import { delta, idelta, increase, irate, rate } from "./rates.ts";
import { changes, resets } from "./resets.ts";
import { sort, sortByLabel, sortByLabelDescending, sortDescending } from "./sorting.ts";
import { deriv, doubleExponentialSmoothing, predictLinear } from "./trends.ts";

const RANGES: Record<string, Definition> = {
	rate: { range: rate, extended: ["anchored", "smoothed"] },
	increase: { range: increase, extended: ["anchored", "smoothed"] },
	delta: { range: delta, extended: ["anchored", "smoothed"] },
	irate: { range: irate },
	idelta: { range: idelta },
	resets: { range: resets, extended: ["anchored"] },
	changes: { range: changes, extended: ["anchored"] },
	deriv: { range: deriv },
	predict_linear: { range: predictLinear },
	double_exponential_smoothing: { range: doubleExponentialSmoothing },
	avg_over_time: { range: overTime.avg },
	count_over_time: { range: overTime.count },
	first_over_time: { range: overTime.first, keepsName: true },
	last_over_time: { range: overTime.last, keepsName: true },
	mad_over_time: { range: overTime.mad },
	max_over_time: { range: overTime.max },
	min_over_time: { range: overTime.min },
	present_over_time: { range: overTime.present },
	quantile_over_time: { range: overTime.quantileOf },
	stddev_over_time: { range: overTime.stddev },
	stdvar_over_time: { range: overTime.stdvar },
	sum_over_time: { range: overTime.sum },
	ts_of_first_over_time: { range: overTime.timeOfFirst },
	ts_of_last_over_time: { range: overTime.timeOfLast },
	ts_of_max_over_time: { range: overTime.timeOfMax },
	ts_of_min_over_time: { range: overTime.timeOfMin },
};

const WHOLE: Record<string, Definition> = {
	absent: { whole: absent },
	clamp: { whole: clamp },
	clamp_max: { whole: clampMax },
	clamp_min: { whole: clampMin },
	histogram_avg: { whole: ofNativeHistograms },
	histogram_count: { whole: ofNativeHistograms },
	histogram_fraction: { whole: histogramFraction },
	histogram_quantile: { whole: histogramQuantile },
	histogram_quantiles: { whole: histogramQuantiles },
	histogram_stddev: { whole: ofNativeHistograms },
	histogram_stdvar: { whole: ofNativeHistograms },
	histogram_sum: { whole: ofNativeHistograms },
	info: { whole: info },
	label_join: { whole: labelJoin },
	label_replace: { whole: labelReplace },
	max_of: { whole: maxOf },
	min_of: { whole: minOf },
	pi: { whole: pi },
	scalar: { whole: toScalar },
	sort: { whole: sort },
	sort_by_label: { whole: sortByLabel },
	sort_by_label_desc: { whole: sortByLabelDescending },
	sort_desc: { whole: sortDescending },
	time: { whole: time },
	vector: { whole: toVector },
};

export const DEFINITIONS: ReadonlyMap<string, Definition> = new Map<string, Definition>([
	...Object.entries(RANGES),
	...Object.entries(WHOLE),
	...Object.entries(MATH).map(([name, value]): [string, Definition] => [name, { value }]),
	...[...DATES].map(([name, whole]): [string, Definition] => [name, { whole }]),
]);
