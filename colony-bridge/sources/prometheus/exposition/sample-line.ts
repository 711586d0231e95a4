/** One sample: `name{labels} value timestamp`, in OpenMetrics with an exemplar behind it. */
import type { Labels } from "../../../protocol/names.ts";
import { LineFault, parseLabels } from "./label-set.ts";
import { parseNumber, parseTimestamp } from "./number.ts";

export interface Exemplar {
	labels: Labels;
	value: number;
	/** ms since 1970. */
	timestamp?: number;
}

export interface Sample {
	/** With its suffix: `http_requests_total`, `latency_seconds_bucket`. */
	name: string;
	labels: Labels;
	value: number;
	/** ms since 1970; absent: now. */
	timestamp?: number;
	exemplar?: Exemplar;
}

const NAME = /^[A-Za-z_:][A-Za-z0-9_:]*/;
/** Code points of an exemplar's names and values together. */
const EXEMPLAR_CHARS = 128;

/** @throws LineFault */
export function parseSample(text: string, openMetrics: boolean): Sample {
	const line = openMetrics ? text : text.trim();
	const name = NAME.exec(line)?.[0];
	if (name === undefined) throw new LineFault(`"${line.slice(0, 40)}" does not begin with a metric name`);
	let place = name.length;
	if (!openMetrics) while (line[place] === " " || line[place] === "\t") place += 1;
	const { labels, end } = line[place] === "{" ? parseLabels(line, place, openMetrics) : { labels: {}, end: name.length };
	const [numbers = "", exemplar] = openMetrics ? splitExemplar(line.slice(end)) : [line.slice(end)];
	const { value, timestamp } = parseNumbers(numbers, openMetrics);
	return {
		name,
		labels,
		value,
		...(timestamp !== undefined && { timestamp }),
		...(exemplar !== undefined && { exemplar: parseExemplar(exemplar) }),
	};
}

function splitExemplar(rest: string): [string, string?] {
	const mark = rest.indexOf(" # ");
	return mark === -1 ? [rest] : [rest.slice(0, mark), rest.slice(mark + 3)];
}

/** ` value` or ` value timestamp`: single spaces in OpenMetrics, any blanks in 0.0.4. */
function parseNumbers(text: string, openMetrics: boolean): { value: number; timestamp?: number } {
	const words = openMetrics ? text.split(" ") : text.split(/[ \t]+/);
	// What stands right behind a label set may do so in 0.0.4.
	if (words[0] === "") words.shift();
	else if (openMetrics) throw new LineFault(`a space is missing before "${text.slice(0, 20)}"`);
	const [first, second, extra] = words;
	if (first === undefined || first === "") throw new LineFault("the value is missing");
	if (extra !== undefined) throw new LineFault(`"${extra.slice(0, 40)}" stands behind the timestamp`);
	const value = parseNumber(first);
	if (value === undefined) throw new LineFault(`"${first.slice(0, 40)}" is no number`);
	if (second === undefined) return { value };
	const timestamp = parseTimestamp(second, openMetrics);
	if (timestamp === undefined) throw new LineFault(`"${second.slice(0, 40)}" is no timestamp`);
	return { value, timestamp };
}

function parseExemplar(text: string): Exemplar {
	if (!text.startsWith("{")) throw new LineFault(`the exemplar "${text.slice(0, 40)}" does not begin with its labels`);
	const { labels, end } = parseLabels(text, 0, true);
	const chars = Object.entries(labels).reduce((sum, [name, value]) => sum + [...name].length + [...value].length, 0);
	if (chars > EXEMPLAR_CHARS) throw new LineFault(`the exemplar's labels have ${chars} characters; at most ${EXEMPLAR_CHARS} are allowed`);
	return { labels, ...parseNumbers(text.slice(end), true) };
}
