/** One JSON document: `{"series":[{"name","labels","type","unit","samples":[{"timestamp","value"},...]},...]}`. */
import { isoText } from "../../../colony-bridge/protocol/iso-text.ts";
import { digits, type Format } from "./format.ts";

export const json: Format = {
	begin: '{"series":[',
	open({ name, labels, type, unit }, before) {
		const head = JSON.stringify({ name, ...(labels && { labels }), type, ...(unit !== undefined && { unit }) });
		return `${before ? "," : ""}\n${head.slice(0, -1)},"samples":[`;
	},
	sample: () => (at, value, first) => `${first ? "" : ","}{"timestamp":"${isoText(at)}","value":${digits(value)}}`,
	close: "]}",
	end: "\n]}\n",
};
