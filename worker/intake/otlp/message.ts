/**
 * A request of OTLP metrics, as far as it is read here: the schemas are those of its JSON, and the protobuf tables (`protobuf-fields.ts`) fill the same
 * shapes. JSON writes 64-bit integers as text, and a double that is no number as its name.
 */
import * as v from "valibot";
import { Malformed } from "../malformed.ts";

const NAN = new Map([
	["NaN", Number.NaN],
	["Infinity", Number.POSITIVE_INFINITY],
	["-Infinity", Number.NEGATIVE_INFINITY],
]);

const Double = v.union([
	v.number(),
	v.pipe(
		v.picklist([...NAN.keys()]),
		v.transform((name) => NAN.get(name) as number),
	),
]);
const Integer = v.union([v.pipe(v.number(), v.integer()), v.pipe(v.string(), v.regex(/^-?[0-9]{1,20}$/), v.transform(Number))]);
/** Nanoseconds, which a double cannot hold; become ms. */
const Instant = v.optional(
	v.union([
		v.pipe(
			v.string(),
			v.regex(/^[0-9]{1,20}$/),
			v.transform((text) => milliseconds(BigInt(text))),
		),
		v.pipe(
			v.number(),
			v.minValue(0),
			v.transform((nanoseconds) => Math.floor(nanoseconds / 1e6)),
		),
	]),
	0,
);

export const milliseconds = (nanoseconds: bigint): number => Number(nanoseconds / 1_000_000n);

const text = v.optional(v.string(), "");
const list = <Entry extends v.GenericSchema>(entry: Entry) => v.optional(v.array(entry), []);

/** Its value as text: the label's. */
const Attribute = v.object({
	key: text,
	value: v.optional(
		v.pipe(
			v.unknown(),
			v.transform((value) => valueText(value)),
		),
		"",
	),
});
export type Attribute = v.InferOutput<typeof Attribute>;

const POINT = { attributes: list(Attribute), timeUnixNano: Instant, flags: v.optional(Integer, 0) };

const NumberPoint = v.object({ ...POINT, asDouble: v.optional(Double), asInt: v.optional(Integer) });
export type NumberPoint = v.InferOutput<typeof NumberPoint>;

const HistogramPoint = v.object({
	...POINT,
	count: v.optional(Integer, 0),
	sum: v.optional(Double),
	bucketCounts: list(Integer),
	explicitBounds: list(Double),
});
export type HistogramPoint = v.InferOutput<typeof HistogramPoint>;

const Quantile = v.object({ quantile: v.optional(Double, 0), value: v.optional(Double, 0) });
const SummaryPoint = v.object({ ...POINT, count: v.optional(Integer, 0), sum: v.optional(Double, 0), quantileValues: list(Quantile) });
export type SummaryPoint = v.InferOutput<typeof SummaryPoint>;

export const DELTA = 1;
export const CUMULATIVE = 2;
const TEMPORALITIES = ["AGGREGATION_TEMPORALITY_UNSPECIFIED", "AGGREGATION_TEMPORALITY_DELTA", "AGGREGATION_TEMPORALITY_CUMULATIVE"];
const Temporality = v.optional(
	v.union([
		v.number(),
		v.pipe(
			v.picklist(TEMPORALITIES),
			v.transform((name) => TEMPORALITIES.indexOf(name)),
		),
	]),
	0,
);

const Metric = v.object({
	name: text,
	description: text,
	unit: text,
	gauge: v.optional(v.object({ dataPoints: list(NumberPoint) })),
	sum: v.optional(
		v.object({ dataPoints: list(NumberPoint), aggregationTemporality: Temporality, isMonotonic: v.optional(v.boolean(), false) }),
	),
	histogram: v.optional(v.object({ dataPoints: list(HistogramPoint), aggregationTemporality: Temporality })),
	exponentialHistogram: v.optional(v.object({ dataPoints: list(v.object({})) })),
	summary: v.optional(v.object({ dataPoints: list(SummaryPoint) })),
});
export type Metric = v.InferOutput<typeof Metric>;

const Resource = v.object({ attributes: list(Attribute) });
const ScopeMetrics = v.object({ metrics: list(Metric) });
const ResourceMetrics = v.object({ resource: v.optional(Resource), scopeMetrics: list(ScopeMetrics) });
export type ResourceMetrics = v.InferOutput<typeof ResourceMetrics>;

export const OtlpRequest = v.object({ resourceMetrics: list(ResourceMetrics) });
export type OtlpRequest = v.InferOutput<typeof OtlpRequest>;

/** Levels of a value within a value. */
const DEEPEST = 20;

/** Text of an attribute's value as JSON has it: lists and maps are JSON again. */
export function valueText(value: unknown): string {
	const plain = plainValue(value, 0);
	return typeof plain === "string" ? plain : plain === undefined ? "" : JSON.stringify(plain);
}

function plainValue(given: unknown, depth: number): unknown {
	if (depth > DEEPEST) throw new Malformed(`an attribute's value is deeper than ${DEEPEST} levels`);
	if (typeof given !== "object" || given === null) return undefined;
	const { stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue } = given as Record<string, unknown>;
	if (intValue !== undefined) return Number(intValue);
	const [scalar] = [stringValue, boolValue, doubleValue, bytesValue].filter((each) => each !== undefined);
	if (scalar !== undefined) return typeof scalar === "object" ? undefined : scalar;
	const values = (arrayValue ?? kvlistValue) as { values?: unknown } | undefined;
	const inner = Array.isArray(values?.values) ? (values.values as unknown[]) : [];
	if (arrayValue !== undefined) return inner.map((each) => plainValue(each, depth + 1) ?? null);
	if (kvlistValue === undefined) return undefined;
	return Object.fromEntries(
		inner.map((each) => {
			const { key, value } = (each ?? {}) as { key?: unknown; value?: unknown };
			return [String(key ?? ""), plainValue(value, depth + 1) ?? null];
		}),
	);
}
