/** OTLP metrics as series, as Prometheus maps them: names and labels by its rules, a histogram as classic buckets, a resource as `job`, `instance` and `target_info`. */
import type { SampleBatch } from "../../../durable/port.ts";
import { Batches, type WrittenSeries } from "../batches.ts";
import { describedSample, type FamilyType, joinLabel } from "../prometheus-names.ts";
import {
	type Attribute,
	CUMULATIVE,
	DELTA,
	type HistogramPoint,
	type Metric,
	type NumberPoint,
	type OtlpRequest,
	type ResourceMetrics,
	type SummaryPoint,
} from "./message.ts";
import { otlpLabelName, otlpMetricName, unitName } from "./names.ts";

type Labels = NonNullable<SampleBatch["series"][number]["labels"]>;

/** Attributes that become `job` and `instance`. */
const IDENTITY = ["service.namespace", "service.name", "service.instance.id"];
/** A flag of a point: it is no measurement, and says that the series has ended. */
const NO_VALUE = 1;
/** Buckets of a histogram's point: more would make any number of series of one request. */
const MOST_BUCKETS = 1_000;

/** @throws RangeError where it has more samples than a request may. */
export function otlpBatches({ resourceMetrics }: OtlpRequest, sender: string): Batches {
	const batches = new Batches(sender);
	for (const { resource, scopeMetrics } of resourceMetrics)
		new ResourceSeries(resource, batches).take(scopeMetrics.flatMap(({ metrics }) => metrics));
	return batches;
}

/** The series of one resource. */
class ResourceSeries {
	readonly #batches: Batches;
	readonly #attributes: readonly Attribute[];
	/** `job` and `instance`. */
	readonly #identity: Labels;
	#newest = 0;
	/** Series of the metric that is read, by their labels: points of one series are one. */
	#series = new Map<string, WrittenSeries | undefined>();

	constructor(resource: ResourceMetrics["resource"], batches: Batches) {
		this.#batches = batches;
		this.#attributes = resource?.attributes ?? [];
		const [namespace, name, instance] = IDENTITY.map((key) => this.#attributes.find((each) => each.key === key)?.value ?? "");
		const job = name && (namespace ? `${namespace}/${name}` : name);
		this.#identity = { ...(job && { job }), ...(instance && { instance }) };
	}

	take(metrics: readonly Metric[]): void {
		for (const metric of metrics) this.#metric(metric);
		if (this.#newest > 0) this.#targetInfo();
	}

	#metric(metric: Metric): void {
		const { name, gauge, sum, histogram, exponentialHistogram, summary } = metric;
		if (exponentialHistogram) {
			const words = "is an exponential histogram: choose explicit buckets in the SDK or a view (explicit_bucket_histogram)";
			this.#leave("exponential histograms", `${name} ${words}`, exponentialHistogram.dataPoints.length);
		}
		const refused = temporalityError(sum) ?? temporalityError(histogram);
		if (refused !== undefined) {
			this.#leave("temporality", `${name} ${refused}`, (sum ?? histogram)?.dataPoints.length ?? 0);
			return;
		}
		const monotonic = sum?.isMonotonic === true;
		const family = otlpMetricName(name, metric.unit, monotonic ? "counter" : gauge ? "gauge" : "other");
		if (family === "") {
			const points = (gauge ?? sum ?? histogram ?? summary)?.dataPoints.length ?? 0;
			this.#leave("names", `${JSON.stringify(name.slice(0, 100))} has no letter or digit`, points);
			return;
		}
		const told = { unit: unitName(metric.unit), help: metric.description };
		const taker = (type: FamilyType, delta: boolean) => new FamilyTaker(family, { ...told, type }, delta);
		for (const point of gauge?.dataPoints ?? []) this.#number(taker("gauge", false), point);
		const added = sum?.aggregationTemporality === DELTA;
		for (const point of sum?.dataPoints ?? []) this.#number(taker(monotonic ? "counter" : "gauge", added), point);
		for (const point of histogram?.dataPoints ?? [])
			this.#histogram(taker("histogram", histogram?.aggregationTemporality === DELTA), point);
		for (const point of summary?.dataPoints ?? []) this.#summary(taker("summary", false), point);
	}

	#number(taker: FamilyTaker, point: NumberPoint): void {
		const value = point.asDouble ?? point.asInt;
		if (this.#isMeasured(point) && value !== undefined) this.#sample(taker, "", point, value);
	}

	#histogram(taker: FamilyTaker, point: HistogramPoint): void {
		const { count, sum, bucketCounts, explicitBounds } = point;
		if (!this.#isMeasured(point)) return;
		if (explicitBounds.length > MOST_BUCKETS) {
			this.#leave("histograms", `${taker.family} has ${explicitBounds.length} buckets, and ${MOST_BUCKETS} are the most`, 1);
			return;
		}
		this.#sample(taker, "_count", point, count);
		if (sum !== undefined) this.#sample(taker, "_sum", point, sum);
		let below = 0;
		for (let i = 0; i < Math.min(explicitBounds.length, bucketCounts.length); i++) {
			below += bucketCounts[i] as number;
			this.#sample(taker, "_bucket", point, below, { le: plainDecimal(explicitBounds[i] as number) });
		}
		this.#sample(taker, "_bucket", point, count, { le: "+Inf" });
	}

	#summary(taker: FamilyTaker, point: SummaryPoint): void {
		if (!this.#isMeasured(point)) return;
		this.#sample(taker, "_count", point, point.count);
		this.#sample(taker, "_sum", point, point.sum);
		for (const { quantile, value } of point.quantileValues) this.#sample(taker, "", point, value, { quantile: plainDecimal(quantile) });
	}

	#isMeasured({ flags, timeUnixNano }: Pick<NumberPoint, "flags" | "timeUnixNano">): boolean {
		this.#newest = Math.max(this.#newest, timeUnixNano);
		return (flags & NO_VALUE) === 0;
	}

	#sample(
		taker: FamilyTaker,
		suffix: string,
		point: Pick<NumberPoint, "attributes" | "timeUnixNano">,
		value: number,
		more: Labels = {},
	): void {
		const series = taker.series(suffix, { ...labelsOf(point.attributes), ...this.#identity, ...more });
		const key = JSON.stringify([series.name, Object.entries(series.labels ?? {})]);
		if (!this.#series.has(key)) this.#series.set(key, this.#batches.series(series, 1));
		const known = this.#series.get(key);
		if (known) this.#batches.sample(known, point.timeUnixNano, value, taker.delta);
	}

	/** Other attributes of the resource, where there is something to join them by. */
	#targetInfo(): void {
		const others = this.#attributes.filter(({ key }) => !IDENTITY.includes(key));
		if (others.length === 0 || Object.keys(this.#identity).length === 0) return;
		const taker = new FamilyTaker("target_info", { type: "gauge", help: "Target metadata" }, false);
		this.#sample(taker, "", { attributes: others, timeUnixNano: this.#newest }, 1);
	}

	#leave(field: string, reason: string, points: number): void {
		this.#batches.leave(field, reason, points);
	}
}

/** Names the series of one metric. */
class FamilyTaker {
	readonly family: string;
	readonly #said: Parameters<typeof describedSample>[1];
	/** Values are added to those before. */
	readonly delta: boolean;

	constructor(family: string, said: Parameters<typeof describedSample>[1], delta: boolean) {
		this.family = family;
		this.#said = said;
		this.delta = delta;
	}

	series(suffix: string, labels: Labels): WrittenSeries {
		return { ...describedSample(`${this.family}${suffix}`, this.#said), ...(Object.keys(labels).length > 0 && { labels }) };
	}
}

function temporalityError(metric: Metric["sum"] | Metric["histogram"]): string | undefined {
	const temporality = metric?.aggregationTemporality;
	return temporality === undefined || temporality === DELTA || temporality === CUMULATIVE
		? undefined
		: `has aggregation temporality ${temporality}: send delta or cumulative`;
}

/** In the order of their keys, so that two that become one are always joined alike. */
function labelsOf(attributes: readonly Attribute[]): Labels {
	const labels = new Map<string, string>();
	for (const { key, value } of [...attributes].sort((a, b) => (a.key < b.key ? -1 : 1))) {
		const name = key === "__name__" ? "" : otlpLabelName(key);
		if (name !== "" && value !== "") joinLabel(labels, name, value);
	}
	return Object.fromEntries(labels);
}

/** The shortest decimal of a double, without an exponent, as Prometheus writes `le`. */
export function plainDecimal(value: number): string {
	if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
	const [, sign = "", whole = "", fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
	const digits = whole + fraction;
	const point = whole.length + Number(exponent);
	if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`.replace(/\.?0*$/, "") || "0";
	const padded = digits.padEnd(point, "0");
	return `${sign}${padded.slice(0, point)}${padded.length > point ? `.${padded.slice(point)}` : ""}`;
}
