/** Answers of queries as the JSON of the API, series after series into bytes. */
import { Toll, type Work } from "../../work/work.ts";
import type { Answer } from "../evaluate/answer.ts";
import type { Labels } from "../labels.ts";
import { QueryLimit } from "../values.ts";
import { secondsText, valueText } from "./go-json.ts";
import { notesText } from "./response.ts";

/** Values that an answer may have: some 25 MB of JSON. */
const MOST_VALUES = 1_000_000;

/** Units of a value that is written, and of a series. */
const VALUE_UNITS = 2;
const SERIES_UNITS = 10;

const TRUNCATED = "results truncated due to limit";

/** @param limit series at most; 0: all. */
export function* answered(answer: Answer, limit: number, stats?: { seconds: number; units: number; samples: number }): Work<Uint8Array> {
	const to = new Bytes();
	const all = answer.type === "matrix" ? answer.series.length : answer.type === "vector" ? answer.samples.length : 0;
	const cut = limit > 0 && all > limit;
	to.put(`{"status":"success","data":{"resultType":"${answer.type}","result":`);
	yield* putResult(to, answer, cut ? limit : all);
	if (stats) {
		const { seconds, samples } = stats;
		const timings = { evalTotalTime: seconds, execTotalTime: seconds };
		to.put(`,"stats":${JSON.stringify({ timings, samples: { totalQueryableSamples: samples, samplesRead: samples } })}`);
	}
	to.put("}");
	to.put(notesText(cut ? [...answer.warnings, TRUNCATED] : answer.warnings, answer.infos));
	to.put("}");
	return to.whole();
}

function* putResult(to: Bytes, answer: Answer, count: number): Work<void> {
	const toll = new Toll();
	switch (answer.type) {
		case "scalar":
			to.put(`[${secondsText(answer.time)},"${valueText(answer.value)}"]`);
			return;
		case "string":
			to.put(`[${secondsText(answer.time)},${JSON.stringify(answer.text)}]`);
			return;
		case "vector": {
			const instant = secondsText(answer.time);
			to.put("[");
			for (const [i, { labels, value }] of answer.samples.slice(0, count).entries()) {
				to.put(`${i === 0 ? "" : ","}{"metric":${metricText(labels)},"value":[${instant},"${valueText(value)}"]}`);
				if (toll.due(SERIES_UNITS)) yield toll.taken();
			}
			to.put("]");
			return;
		}
		case "matrix": {
			const instants = new Instants();
			let values = 0;
			to.put("[");
			for (const [i, one] of answer.series.slice(0, count).entries()) {
				values += one.times.length;
				if (values > MOST_VALUES) {
					throw new QueryLimit(`the answer has more than ${MOST_VALUES} values: ask for fewer series, a shorter time or a longer step`);
				}
				const points: string[] = [];
				for (let k = 0; k < one.times.length; k++) {
					points.push(`[${instants.text(one.times[k] as number)},"${valueText(one.values[k] as number)}"]`);
				}
				to.put(`${i === 0 ? "" : ","}{"metric":${metricText(one.labels)},"values":[${points.join(",")}]}`);
				if (toll.due(SERIES_UNITS + points.length * VALUE_UNITS)) yield toll.taken();
			}
			to.put("]");
		}
	}
}

function metricText(labels: Labels): string {
	const pairs: string[] = [];
	for (const [name, value] of labels.pairs()) pairs.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
	return `{${pairs.join(",")}}`;
}

/** Texts of instants: series of one answer mostly have the same. */
class Instants {
	readonly #texts = new Map<number, string>();

	text(at: number): string {
		let text = this.#texts.get(at);
		if (text === undefined) {
			text = secondsText(at);
			if (this.#texts.size < 20_000) this.#texts.set(at, text);
		}
		return text;
	}
}

/** Text that becomes bytes as it grows: at once it would be there twice. */
class Bytes {
	readonly #parts: Uint8Array[] = [];
	#text: string[] = [];
	#chars = 0;

	put(text: string): void {
		this.#text.push(text);
		this.#chars += text.length;
		if (this.#chars > 64_000) this.#encode();
	}

	whole(): Uint8Array {
		this.#encode();
		const bytes = new Uint8Array(this.#parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
		let at = 0;
		for (const part of this.#parts) {
			bytes.set(part, at);
			at += part.byteLength;
		}
		return bytes;
	}

	#encode(): void {
		this.#parts.push(new TextEncoder().encode(this.#text.join("")));
		this.#text = [];
		this.#chars = 0;
	}
}
