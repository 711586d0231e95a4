/** Requests of Prometheus' remote write as a sender makes them: protobuf by pbf, snappy by snappyjs. */
import { PbfWriter } from "pbf";
import { compress } from "snappyjs";

/** `[instant, value]`; a value may be `STALE`. */
type Sample = readonly [at: number, value: number | "stale"];

export interface Written {
	labels: Record<string, string>;
	samples?: readonly Sample[];
	/** Native histograms. */
	histograms?: number;
	exemplars?: number;
	/** Of 2.0 alone. */
	type?: number;
	help?: string;
	unit?: string;
}

interface Metadata {
	type: number;
	family: string;
	help: string;
	unit?: string;
}

function sampleField(pbf: PbfWriter, [at, value]: Sample): void {
	if (value === "stale") {
		pbf.writeTag(1, 1);
		for (const word of [2, 0x7ff00000]) pbf.writeFixed32(word);
	} else pbf.writeDoubleField(1, value);
	pbf.writeVarintField(2, at);
}

const nothing = (pbf: PbfWriter): void => pbf.writeVarintField(15, 1);

/** `prometheus.WriteRequest`. */
export function version1(series: readonly Written[], metadata: readonly Metadata[] = []): Uint8Array<ArrayBuffer> {
	const pbf = new PbfWriter();
	for (const { labels, samples = [], histograms = 0, exemplars = 0 } of series) {
		pbf.writeMessage(
			1,
			() => {
				for (const [name, value] of Object.entries(labels))
					pbf.writeMessage(
						1,
						() => {
							pbf.writeStringField(1, name);
							pbf.writeStringField(2, value);
						},
						undefined,
					);
				for (const sample of samples) pbf.writeMessage(2, () => sampleField(pbf, sample), undefined);
				for (let i = 0; i < exemplars; i++) pbf.writeMessage(3, () => nothing(pbf), undefined);
				for (let i = 0; i < histograms; i++) pbf.writeMessage(4, () => nothing(pbf), undefined);
			},
			undefined,
		);
	}
	for (const { type, family, help, unit = "" } of metadata) {
		pbf.writeMessage(
			3,
			() => {
				pbf.writeVarintField(1, type);
				pbf.writeStringField(2, family);
				pbf.writeStringField(4, help);
				pbf.writeStringField(5, unit);
			},
			undefined,
		);
	}
	return snappy(pbf.finish());
}

/** `io.prometheus.write.v2.Request`. */
export function version2(series: readonly Written[]): Uint8Array<ArrayBuffer> {
	const pbf = new PbfWriter();
	const symbols = new Map([["", 0]]);
	const ref = (text: string): number => {
		if (!symbols.has(text)) symbols.set(text, symbols.size);
		return symbols.get(text) as number;
	};
	for (const { labels, samples = [], histograms = 0, exemplars = 0, type = 0, help = "", unit = "" } of series) {
		pbf.writeMessage(
			5,
			() => {
				pbf.writePackedVarint(1, Object.entries(labels).flat().map(ref));
				for (const sample of samples) pbf.writeMessage(2, () => sampleField(pbf, sample), undefined);
				for (let i = 0; i < histograms; i++) pbf.writeMessage(3, () => nothing(pbf), undefined);
				for (let i = 0; i < exemplars; i++) pbf.writeMessage(4, () => nothing(pbf), undefined);
				pbf.writeMessage(
					5,
					() => {
						pbf.writeVarintField(1, type);
						pbf.writeVarintField(3, ref(help));
						pbf.writeVarintField(4, ref(unit));
					},
					undefined,
				);
			},
			undefined,
		);
	}
	for (const symbol of symbols.keys()) pbf.writeStringField(4, symbol);
	return snappy(pbf.finish());
}

export const snappy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(compress(bytes));

const V2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

export const headersOf = (version: 1 | 2, token?: string): Record<string, string> => ({
	"content-type": version === 1 ? "application/x-protobuf" : V2,
	"content-encoding": "snappy",
	"x-prometheus-remote-write-version": version === 1 ? "0.1.0" : "2.0.0",
	...(token !== undefined && { authorization: `Bearer ${token}` }),
});
