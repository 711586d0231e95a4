/** Prometheus' remote write, both of its messages: `prometheus.WriteRequest` of 1.0 and `io.prometheus.write.v2.Request` of 2.0. */
import type { PbfReader } from "pbf";
import { Batches, type WrittenSeries } from "./batches.ts";
import { Malformed } from "./malformed.ts";
import { describedFamily, describedSample, familyType, joinLabel, labelName, metricName } from "./prometheus-names.ts";
import { BYTES, FIXED64, type Fields, integer, numbers, readEmbedded, readInParts, repeated, text } from "./protobuf.ts";

interface TimeSeries {
	labels: { name: string; value: string }[];
	/** Names and values in turn, as places in the table of symbols. */
	refs: number[];
	/** A stale marker is told by its bits. */
	samples: Sample[];
	histograms: number;
	exemplars: number;
	type: number;
	help: number;
	unit: number;
}

interface Metadata {
	type: number;
	family: string;
	help: string;
	unit: string;
}

interface WriteRequest {
	series: TimeSeries[];
	metadata: Metadata[];
	symbols: string[];
}

/** Prometheus' stale marker: the one NaN with these bits. */
const STALE_HIGH = 0x7ff00000;
const STALE_LOW = 2;

interface Sample {
	at: number;
	value: number;
	stale: boolean;
}

const SAMPLE: Fields<Sample> = {
	1: [
		FIXED64,
		(pbf, into) => {
			// Read as two words: a NaN may lose its bits as a number.
			const [low, high] = [pbf.dataView.getUint32(pbf.pos, true), pbf.dataView.getUint32(pbf.pos + 4, true)];
			into.value = pbf.readDouble();
			into.stale = high === STALE_HIGH && low === STALE_LOW;
		},
	],
	2: integer("at"),
};
const samples = repeated("samples", SAMPLE, () => ({ at: 0, value: 0, stale: false }));

/** Parts that are not kept are counted: their fields are passed over. */
const counted = (field: "histograms" | "exemplars") =>
	[
		BYTES,
		(pbf: PbfReader, series: TimeSeries) => {
			series[field]++;
			readEmbedded(pbf, {}, undefined);
		},
	] as const;

const LABEL: Fields<{ name: string; value: string }> = { 1: text("name"), 2: text("value") };

const SERIES_1: Fields<TimeSeries> = {
	1: repeated("labels", LABEL, () => ({ name: "", value: "" })),
	2: samples,
	3: counted("exemplars"),
	4: counted("histograms"),
};

const METADATA_1: Fields<Metadata> = { 1: integer("type"), 2: text("family"), 4: text("help"), 5: text("unit") };

const REQUEST_1: Fields<WriteRequest> = {
	1: repeated("series", SERIES_1, newSeries),
	3: repeated("metadata", METADATA_1, () => ({ type: 0, family: "", help: "", unit: "" })),
};

const METADATA_2: Fields<TimeSeries> = { 1: integer("type"), 3: integer("help"), 4: integer("unit") };

const SERIES_2: Fields<TimeSeries> = {
	1: numbers("refs", (pbf, into) => pbf.readPackedVarint(into)),
	2: samples,
	3: counted("histograms"),
	4: counted("exemplars"),
	5: [BYTES, (pbf, series) => void readEmbedded(pbf, METADATA_2, series)],
};

const REQUEST_2: Fields<WriteRequest> = {
	4: [BYTES, (pbf, { symbols }) => void symbols.push(pbf.readString())],
	5: repeated("series", SERIES_2, newSeries),
};

function newSeries(): TimeSeries {
	return { labels: [], refs: [], samples: [], histograms: 0, exemplars: 0, type: 0, help: 0, unit: 0 };
}

export type Version = 1 | 2;

/**
 * Yields after each series: a request of 200,000 samples takes a quarter of a second.
 * @returns the batches, and how many stale markers there were: they end a series, and are no samples.
 * @throws Malformed; RangeError where it has more samples than a request may.
 */
export function* readRemoteWrite(
	bytes: Uint8Array,
	version: Version,
	sender: string,
): Generator<void, { batches: Batches; stale: number }, void> {
	const request: WriteRequest = { series: [], metadata: [], symbols: [] };
	yield* readInParts(bytes, version === 1 ? REQUEST_1 : REQUEST_2, request);
	const batches = new Batches(sender);
	let stale = 0;
	for (const series of request.series) {
		if (version === 2) series.labels = labelsOf(series, request);
		stale += addSeries(series, request, batches);
		yield;
	}
	for (const { type, family, help, unit } of request.metadata) {
		const known = familyType(type);
		if (known) for (const said of describedFamily(metricName(family), { type: known, help, unit })) batches.describe(said);
	}
	return { batches, stale };
}

function symbolOf({ symbols }: WriteRequest, ref: number): string {
	const symbol = symbols[ref];
	if (symbol === undefined) throw new Malformed(`a series refers to symbol ${ref} of ${symbols.length}`);
	return symbol;
}

function labelsOf({ refs }: TimeSeries, request: WriteRequest): TimeSeries["labels"] {
	if (refs.length % 2 === 1) throw new Malformed("a series has a label without a value");
	return Array.from({ length: refs.length / 2 }, (_, i) => ({
		name: symbolOf(request, refs[i * 2] as number),
		value: symbolOf(request, refs[i * 2 + 1] as number),
	}));
}

/** @returns its stale markers. */
function addSeries({ samples, histograms, ...series }: TimeSeries, request: WriteRequest, batches: Batches): number {
	const named = namesOf(series.labels);
	if (typeof named === "string") {
		batches.leave("series", named, samples.length + histograms);
		return 0;
	}
	const { name, labels } = named;
	if (histograms > 0) {
		batches.leave("native histograms", `${name} is a native histogram: histograms with the label le are stored`, histograms);
	}
	if (samples.length === 0) return 0;
	const type = familyType(series.type);
	const [help, unit] = [series.help, series.unit].map((ref) => (ref === 0 ? "" : symbolOf(request, ref)));
	const described = type ? describedSample(name, { type, help, unit }) : { name };
	const written = batches.series({ ...described, ...(Object.keys(labels).length > 0 && { labels }) }, samples.length);
	let stale = 0;
	for (const sample of written ? samples : []) {
		if (sample.stale) stale++;
		else batches.sample(written as WrittenSeries, sample.at, sample.value);
	}
	return stale;
}

/** A label without a value is none. @returns a text: why they are not those of a series. */
function namesOf(given: TimeSeries["labels"]): { name: string; labels: Record<string, string> } | string {
	const seen = new Set<string>();
	const labels = new Map<string, string>();
	let own = "";
	for (const { name, value } of given) {
		if (name === "" || seen.has(name)) return `a series has the label ${JSON.stringify(name.slice(0, 100))}${name && " twice"}`;
		seen.add(name);
		if (name === "__name__") own = metricName(value);
		else if (value !== "") joinLabel(labels, labelName(name), value);
	}
	return own === "" ? "a series has no label __name__" : { name: own, labels: Object.fromEntries(labels) };
}
