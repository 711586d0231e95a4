/** One sample: `name{labels} value timestamp`. An exemplar behind it, whatever it says, is none of ours. */
import { LIMITS } from "../../../protocol/limits.ts";
import type { Labels } from "../../../protocol/names.ts";
import { LineFault, parseBraces, skip } from "./label-set.ts";
import { parseNumber, parseTimestamp } from "./number.ts";

export interface Sample {
	/** With its suffix: `http_requests_total`, `latency_seconds_bucket`. */
	name: string;
	labels: Labels;
	value: number;
	/** ms since 1970; absent: now. */
	timestamp?: number;
}

const NAME = /^[A-Za-z_:][A-Za-z0-9_:]*/;

/** @param line without blanks at its ends. @throws LineFault */
export function parseSample(line: string, openMetrics: boolean): Sample {
	const own = NAME.exec(line)?.[0];
	const start = own?.length ?? 0;
	const place = skip(line, start);
	const braced = line[place] === "{";
	if (own === undefined && !braced) throw new LineFault("it does not begin with a metric's name");
	const { name = own, labels, end }: ReturnType<typeof parseBraces> = braced ? parseBraces(line, place) : { labels: {}, end: start };
	if (!name || (own !== undefined && name !== own)) throw new LineFault("it has no metric's name, or two of them");
	if (name.length > LIMITS.nameChars) throw new LineFault(`its name has more than ${LIMITS.nameChars} characters`);
	const mark = line.indexOf("#", end);
	const numbers = line.slice(end, mark === -1 ? undefined : mark);
	if (!braced && place === start && numbers !== "") throw new LineFault("behind its name comes neither a blank nor a label");
	return { name, labels, ...parseNumbers(numbers.trim(), openMetrics) };
}

/** `value` or `value timestamp`. */
function parseNumbers(text: string, openMetrics: boolean): { value: number; timestamp?: number } {
	const [first = "", second, extra] = text.split(/[ \t]+/, 3);
	if (first === "") throw new LineFault("the value is missing");
	if (extra !== undefined) throw new LineFault("there is something behind the timestamp");
	const value = parseNumber(first);
	if (value === undefined) throw new LineFault("the value is no number");
	if (second === undefined) return { value };
	const timestamp = parseTimestamp(second, openMetrics);
	if (timestamp === undefined) throw new LineFault("the timestamp is none");
	return { value, timestamp };
}
