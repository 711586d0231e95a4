/** Answers of queries as the JSON of the API, series after series into bytes. */
import { JsonBytes, piece } from "../../../colony-bridge/protocol/http/json-bytes.ts";
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

/** About what a value takes with its instant, and a series with its labels. */
const VALUE_BYTES = 30;
const SERIES_BYTES = 150;

const [BEGIN, NEXT, QUOTE, END] = ["[", ",[", ',"', '"]'].map(piece) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];

const TRUNCATED = "results truncated due to limit";

/** @param limit series at most; 0: all. */
export function* answered(answer: Answer, limit: number, stats?: { seconds: number; samples: number }): Work<Uint8Array> {
	const all = answer.type === "matrix" ? answer.series.length : answer.type === "vector" ? answer.samples.length : 0;
	const cut = limit > 0 && all > limit;
	const values = answer.type === "matrix" ? answer.series.slice(0, all).reduce((sum, { times }) => sum + times.length, 0) : all;
	const to = new JsonBytes(Math.min(values, MOST_VALUES) * VALUE_BYTES + all * SERIES_BYTES);
	to.text(`{"status":"success","data":{"resultType":"${answer.type}","result":`);
	yield* putResult(to, answer, cut ? limit : all);
	if (stats) {
		const { seconds, samples } = stats;
		const timings = { evalTotalTime: seconds, execTotalTime: seconds };
		to.text(`,"stats":${JSON.stringify({ timings, samples: { totalQueryableSamples: samples, samplesRead: samples } })}`);
	}
	to.text("}");
	to.text(notesText(cut ? [...answer.warnings, TRUNCATED] : answer.warnings, answer.infos));
	to.text("}");
	return to.take();
}

function* putResult(to: JsonBytes, answer: Answer, count: number): Work<void> {
	const toll = new Toll();
	switch (answer.type) {
		case "scalar":
			to.text(`[${secondsText(answer.time)},"${valueText(answer.value)}"]`);
			return;
		case "string":
			to.text(`[${secondsText(answer.time)},${JSON.stringify(answer.text)}]`);
			return;
		case "vector": {
			const instant = secondsText(answer.time);
			to.text("[");
			for (const [i, { labels, value }] of answer.samples.slice(0, count).entries()) {
				to.text(`${i === 0 ? "" : ","}{"metric":${metricText(labels)},"value":[${instant},"${valueText(value)}"]}`);
				if (toll.due(SERIES_UNITS)) yield toll.taken();
			}
			to.text("]");
			return;
		}
		case "matrix": {
			let values = 0;
			to.text("[");
			for (const [i, one] of answer.series.slice(0, count).entries()) {
				values += one.times.length;
				if (values > MOST_VALUES) {
					throw new QueryLimit(`the answer has more than ${MOST_VALUES} values: ask for fewer series, a shorter time or a longer step`);
				}
				to.text(`${i === 0 ? "" : ","}{"metric":${metricText(one.labels)},"values":[`);
				for (let k = 0; k < one.times.length; k++) {
					to.piece(k === 0 ? BEGIN : NEXT)
						.seconds(one.times[k] as number)
						.piece(QUOTE);
					putValue(to, one.values[k] as number);
					to.piece(END);
				}
				to.text("]}");
				if (toll.due(SERIES_UNITS + one.times.length * VALUE_UNITS)) yield toll.taken();
			}
			to.text("]");
		}
	}
}

/** Both texts are the same for numbers without an exponent, and one is written much faster. */
function putValue(to: JsonBytes, value: number): void {
	const size = Math.abs(value);
	if (size >= 1e-6 && size < 1e21) to.number(value);
	else to.text(valueText(value));
}

function metricText(labels: Labels): string {
	const pairs: string[] = [];
	for (const [name, value] of labels.pairs()) pairs.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
	return `{${pairs.join(",")}}`;
}
