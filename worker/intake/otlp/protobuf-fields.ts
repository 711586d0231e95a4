/** A request of OTLP metrics in protobuf: its fields by number. */
import type { PbfReader } from "pbf";
import { Malformed } from "../malformed.ts";
import {
	BYTES,
	boolean,
	double,
	embedded,
	FIXED64,
	type Fields,
	fixed64,
	integer,
	keyed,
	numbers,
	readEmbedded,
	readProtobuf,
	repeated,
	signedFixed64,
	text,
} from "../protobuf.ts";
import {
	type Attribute,
	type HistogramPoint,
	type Metric,
	milliseconds,
	type NumberPoint,
	type OtlpRequest,
	type ResourceMetrics,
	type SummaryPoint,
	valueText,
} from "./message.ts";

/** A value as JSON has it, or one with its key. */
interface AnyValue {
	key?: string | undefined;
	value?: AnyValue | undefined;
	stringValue?: string | undefined;
	boolValue?: boolean | undefined;
	intValue?: number | undefined;
	doubleValue?: number | undefined;
	bytesValue?: string | undefined;
	arrayValue?: { values: AnyValue[] } | undefined;
	kvlistValue?: { values: AnyValue[] } | undefined;
}
/** Levels of a value within a value. */
const DEEPEST = 20;
let depth = 0;

/** Values hold values: a hostile one as deep as it is long. */
function nested(pbf: PbfReader, fields: Fields<AnyValue>): AnyValue {
	if (depth >= DEEPEST) throw new Malformed(`an attribute's value is deeper than ${DEEPEST} levels`);
	depth++;
	try {
		return readEmbedded(pbf, fields, {});
	} finally {
		depth--;
	}
}

function valuesOf(pbf: PbfReader, entry: Fields<AnyValue>): { values: AnyValue[] } {
	const values: Fields<{ values: AnyValue[] }> = { 1: [BYTES, (pbf, into) => void into.values.push(nested(pbf, entry))] };
	return readEmbedded(pbf, values, { values: [] });
}

const ANY_VALUE: Fields<AnyValue> = {
	1: text("stringValue"),
	2: boolean("boolValue"),
	3: integer("intValue"),
	4: double("doubleValue"),
	5: keyed(BYTES, "arrayValue", (pbf) => valuesOf(pbf, ANY_VALUE)),
	6: keyed(BYTES, "kvlistValue", (pbf) => valuesOf(pbf, KEY_VALUE)),
	7: keyed(BYTES, "bytesValue", (pbf) => base64(pbf.readBytes())),
};
const anyValue = (pbf: PbfReader): AnyValue => readEmbedded(pbf, ANY_VALUE, {});
const KEY_VALUE: Fields<AnyValue> = { 1: text("key"), 2: keyed(BYTES, "value", anyValue) };

function base64(bytes: Uint8Array): string {
	let binary = "";
	for (const byte of bytes) binary += String.fromCharCode(byte);
	return btoa(binary);
}

const ATTRIBUTE = { 1: text("key"), 2: keyed(BYTES, "value", (pbf) => valueText(anyValue(pbf))) };
const attributes = repeated("attributes", ATTRIBUTE, (): Attribute => ({ key: "", value: "" }));

const timeUnixNano = keyed(FIXED64, "timeUnixNano", (pbf) => {
	pbf.pos += 8;
	return milliseconds(pbf.dataView.getBigUint64(pbf.pos - 8, true));
});

const newPoint = (): NumberPoint => ({ attributes: [], timeUnixNano: 0, flags: 0 });

const NUMBER_POINT = { 3: timeUnixNano, 4: double("asDouble"), 6: signedFixed64("asInt"), 7: attributes, 8: integer("flags") };
const numberPoints = repeated("dataPoints", NUMBER_POINT, newPoint);

const HISTOGRAM_POINT: Fields<HistogramPoint> = {
	3: timeUnixNano,
	4: fixed64("count"),
	5: double("sum"),
	6: numbers("bucketCounts", (pbf, into) => (pbf.type === BYTES ? pbf.readPackedFixed64(into) : into.push(pbf.readFixed64()))),
	7: numbers("explicitBounds", (pbf, into) => (pbf.type === BYTES ? pbf.readPackedDouble(into) : into.push(pbf.readDouble()))),
	9: attributes,
	10: integer("flags"),
};
const newHistogramPoint = (): HistogramPoint => ({ ...newPoint(), count: 0, bucketCounts: [], explicitBounds: [] });

const QUANTILE = { 1: double("quantile"), 2: double("value") };
const SUMMARY_POINT: Fields<SummaryPoint> = {
	3: timeUnixNano,
	4: fixed64("count"),
	5: double("sum"),
	6: repeated("quantileValues", QUANTILE, (): SummaryPoint["quantileValues"][number] => ({ quantile: 0, value: 0 })),
	7: attributes,
	8: integer("flags"),
};
const newSummaryPoint = (): SummaryPoint => ({ ...newPoint(), count: 0, sum: 0, quantileValues: [] });

type Data<Name extends keyof Metric> = NonNullable<Metric[Name]>;
const GAUGE: Fields<Data<"gauge">> = { 1: numberPoints };
const SUM: Fields<Data<"sum">> = { 1: numberPoints, 2: integer("aggregationTemporality"), 3: boolean("isMonotonic") };
const HISTOGRAM: Fields<Data<"histogram">> = {
	1: repeated("dataPoints", HISTOGRAM_POINT, newHistogramPoint),
	2: integer("aggregationTemporality"),
};
const EXPONENTIAL: Fields<Data<"exponentialHistogram">> = { 1: repeated("dataPoints", {}, () => ({})) };
const SUMMARY: Fields<Data<"summary">> = { 1: repeated("dataPoints", SUMMARY_POINT, newSummaryPoint) };

const METRIC: Fields<Metric> = {
	1: text("name"),
	2: text("description"),
	3: text("unit"),
	5: embedded("gauge", GAUGE, (): Data<"gauge"> => ({ dataPoints: [] })),
	7: embedded("sum", SUM, (): Data<"sum"> => ({ dataPoints: [], aggregationTemporality: 0, isMonotonic: false })),
	9: embedded("histogram", HISTOGRAM, (): Data<"histogram"> => ({ dataPoints: [], aggregationTemporality: 0 })),
	10: embedded("exponentialHistogram", EXPONENTIAL, (): Data<"exponentialHistogram"> => ({ dataPoints: [] })),
	11: embedded("summary", SUMMARY, (): Data<"summary"> => ({ dataPoints: [] })),
};

const SCOPE_METRICS = { 2: repeated("metrics", METRIC, (): Metric => ({ name: "", description: "", unit: "" })) };
const RESOURCE_METRICS: Fields<ResourceMetrics> = {
	1: embedded("resource", { 1: attributes }, (): NonNullable<ResourceMetrics["resource"]> => ({ attributes: [] })),
	2: repeated("scopeMetrics", SCOPE_METRICS, (): ResourceMetrics["scopeMetrics"][number] => ({ metrics: [] })),
};
const REQUEST: Fields<OtlpRequest> = { 1: repeated("resourceMetrics", RESOURCE_METRICS, (): ResourceMetrics => ({ scopeMetrics: [] })) };

/** @throws Malformed where the bytes are no such request. */
export const readOtlpProtobuf = (bytes: Uint8Array): OtlpRequest => readProtobuf(bytes, REQUEST, { resourceMetrics: [] });
