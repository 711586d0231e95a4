/** Functions of classic histograms, whose buckets are series with a label `le`: `histogram_quantile`, `histogram_quantiles`, `histogram_fraction`. */

import { generalText } from "../../../colony-bridge/protocol/promql/go-float.ts";
import type { Work } from "../../work/work.ts";
import type { Call, Labels, Series, Value, WholeFunction } from "../values.ts";
import { type Bucket, bucketFraction, bucketQuantile, type Forced } from "./buckets.ts";
import { numbers, seriesOf, textOf } from "./instants.ts";
import { quantileWarning } from "./quantile.ts";

/** The buckets of one histogram. */
interface Histogram {
	/** Without `le`. */
	labels: Labels;
	/** Ascending. */
	buckets: { upper: number; series: Series }[];
}

const BOUND: ReadonlySet<string> = new Set(["le"]);

/** Functions of native histograms: there are none of these, and other samples take no part. */
export const ofNativeHistograms: WholeFunction = (call) => {
	if (seriesOf(call, 0).length > 0) {
		call.notes.info(
			`${call.name} reads native histograms, of which there are none: a classic histogram is series named _bucket, _sum and _count`,
		);
	}
	return { type: "vector", series: [] };
};

export const histogramFraction: WholeFunction = function* (call) {
	const [lower, upper] = [numbers(call, 0), numbers(call, 1)];
	return yield* ofHistograms(call, 2, (buckets, step) => bucketFraction(lower[step] as number, upper[step] as number, buckets));
};

export const histogramQuantile: WholeFunction = function* (call) {
	const q = checkedQuantiles(call, 0);
	const monotonicity = new Monotonicity();
	const value = yield* ofHistograms(call, 1, (buckets, step, labels) =>
		monotonicity.quantile(call, q[step] as number, buckets, step, labels),
	);
	monotonicity.tell(call, 1);
	return value;
};

/** Several quantiles, each a series with the quantile in a label. */
export const histogramQuantiles: WholeFunction = function* (call) {
	const label = textOf(call, 1);
	const monotonicity = new Monotonicity();
	const series = new Map<string, Series>();
	for (let n = 2; n < call.args.length; n++) {
		const q = checkedQuantiles(call, n);
		const value = yield* ofHistograms(call, 0, (buckets, step, labels) =>
			monotonicity.quantile(call, q[step] as number, buckets, step, labels),
		);
		for (const computed of value.series) spread(call, series, computed, label, q);
	}
	monotonicity.tell(call, 0);
	return { type: "vector", series: [...series.values()] };
};

/** Puts values where their quantile's series is: a quantile may change from step to step. */
function spread(call: Call, into: Map<string, Series>, { labels, values, present }: Series, label: string, quantiles: Float64Array): void {
	for (let step = 0; step < values.length; step++) {
		if (!present[step]) continue;
		const own = labels.with(label, openMetrics(quantiles[step] as number));
		let series = into.get(own.key);
		if (!series) {
			series = { labels: own, values: new Float64Array(values.length), present: new Uint8Array(values.length), dropName: true };
			into.set(own.key, series);
		}
		if (series.present[step]) call.fail("vector cannot contain metrics with the same labelset");
		series.values[step] = values[step] as number;
		series.present[step] = 1;
	}
}

/** The number as OpenMetrics writes quantiles: a whole number has a decimal point. */
const openMetrics = (value: number): string => generalText(value).replace(/^-?\d+$/, "$&.0");

function checkedQuantiles(call: Call, n: number): Float64Array {
	const quantiles = numbers(call, n);
	for (const q of new Set(quantiles)) {
		const warning = quantileWarning(q);
		if (warning) call.notes.warn(warning, n);
	}
	return quantiles;
}

/** @param compute is given the buckets that have a value at a step, ascending, for its own use */
function* ofHistograms(
	call: Call,
	n: number,
	compute: (buckets: Bucket[], step: number, labels: Labels) => number,
): Work<Value & { type: "vector" }> {
	const computed: Series[] = [];
	for (const { labels, buckets } of histogramsOf(call, n)) {
		const [values, present] = [new Float64Array(call.steps.count), new Uint8Array(call.steps.count)];
		for (let step = 0; step < values.length; step++) {
			const here: Bucket[] = [];
			for (const { upper, series } of buckets) if (series.present[step]) here.push({ upper, count: series.values[step] as number });
			if (here.length === 0) continue;
			values[step] = compute(here, step, labels);
			present[step] = 1;
		}
		computed.push({ labels, values, present, dropName: true });
		yield values.length * (buckets.length + 1);
	}
	return { type: "vector", series: computed };
}

function histogramsOf(call: Call, n: number): Iterable<Histogram> {
	const histograms = new Map<string, Histogram>();
	for (const series of seriesOf(call, n)) {
		const bound = series.labels.get("le");
		const upper = parseBound(bound);
		if (upper === undefined) {
			const metric = call.delayedNames ? series.labels.metric : "";
			call.notes.warn(`bucket label "le" is missing or has a malformed value of ${JSON.stringify(bound)}${named(metric)}`, n);
			continue;
		}
		const labels = series.labels.without(BOUND);
		const histogram = histograms.get(labels.key) ?? { labels, buckets: [] };
		histograms.set(labels.key, histogram);
		histogram.buckets.push({ upper, series });
	}
	for (const { buckets } of histograms.values()) buckets.sort((a, b) => (a.upper < b.upper ? -1 : a.upper > b.upper ? 1 : 0));
	return histograms.values();
}

const named = (metric: string): string => (metric === "" ? "" : ` for metric name ${JSON.stringify(metric)}`);

/** @returns undefined: it is no number */
function parseBound(text: string): number | undefined {
	const [, sign, word] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? [];
	if (word) return /^n/i.test(word) ? Number.NaN : sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
	return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** Metrics of a call whose buckets had to be mended, told once each. */
class Monotonicity {
	readonly #forced = new Map<string, Forced & { from: number; to: number; count: number }>();

	quantile(call: Call, q: number, buckets: Bucket[], step: number, labels: Labels): number {
		const { quantile, forced } = bucketQuantile(q, buckets);
		if (forced) this.#add(call.delayedNames ? labels.metric : "", forced, call.steps.start + step * call.steps.step);
		return quantile;
	}

	#add(metric: string, { lowest, highest, difference }: Forced, at: number): void {
		const known = this.#forced.get(metric) ?? { lowest, highest, difference, from: at, to: at, count: 0 };
		known.lowest = Math.min(known.lowest, lowest);
		known.highest = Math.max(known.highest, highest);
		known.difference = Math.max(known.difference, difference);
		known.from = Math.min(known.from, at);
		known.to = Math.max(known.to, at);
		known.count++;
		this.#forced.set(metric, known);
	}

	tell({ notes }: Call, n: number): void {
		for (const [metric, { lowest, highest, difference, from, to, count }] of this.#forced)
			notes.info(
				`input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)${named(metric)}, from buckets ${generalText(lowest)} to ${generalText(highest)}, with a max diff of ${generalText(Number(difference.toPrecision(2)), 2)}, over ${count} samples from ${instant(from)} to ${instant(to)}`,
				n,
			);
	}
}

const instant = (ms: number): string => new Date(Math.trunc(ms / 1000) * 1000).toISOString().replace(".000", "");
