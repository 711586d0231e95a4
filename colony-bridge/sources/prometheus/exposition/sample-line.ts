/** Backslashes in help texts and label values, and names that are written in quotes. */
import { LIMITS } from "../../../protocol/wire/limits.ts";
import type { Labels } from "../../../protocol/wire/names.ts";

/** `\\`, `\n` and `\"`; any other backslash stands for itself, as Prometheus reads it. */
export function unescapeValue(text: string): string {
	return text.includes("\\") ? text.replace(/\\([\\n"])/g, (_, char: string) => (char === "n" ? "\n" : char)) : text;
}

/** 0.0.4 knows no `\"` in a help text: the backslash stands for itself there. */
export function unescapeHelp(text: string, openMetrics: boolean): string {
	if (openMetrics) return unescapeValue(text);
	return text.includes("\\") ? text.replace(/\\([\\n])/g, (_, char: string) => (char === "n" ? "\n" : char)) : text;
}

/** Place of the quote that ends a text, -1 where it does not end. @param at where the text begins, behind its first quote */
export function closingQuote(line: string, at: number): number {
	for (let end = line.indexOf('"', at); end !== -1; end = line.indexOf('"', end + 1)) {
		let slashes = 0;
		while (end - slashes > at && line[end - slashes - 1] === "\\") slashes++;
		if (slashes % 2 === 0) return end;
	}
	return -1;
}

/** Any name as a metric's or a label's, by Prometheus' escaping `underscores`: `service.name` is `service_name`. */
export function underscored(name: string, others: "" | ":" = ""): string {
	return name.replace(others === ":" ? /[^A-Za-z0-9_:]/gu : /[^A-Za-z0-9_]/gu, "_").replace(/^\d/, "_");
}

/** Numbers as both exposition formats write them. */
const REAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** @returns undefined where the text is no number: `0x10`, `1_000` and the empty text are none. */
function parseNumber(text: string): number | undefined {
	if (REAL.test(text)) return Number(text);
	const infinite = INFINITE.exec(text);
	if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
	return /^nan$/i.test(text) ? Number.NaN : undefined;
}

/** The instant of a sample, ms since 1970: 0.0.4 writes whole milliseconds, OpenMetrics seconds. @returns undefined where it is none. */
function parseTimestamp(text: string, openMetrics: boolean): number | undefined {
	if (!openMetrics) return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
	const seconds = parseNumber(text);
	return seconds === undefined || !Number.isFinite(seconds) ? undefined : seconds * 1000;
}

/** The labels in braces, `{name="value",...}`, and the name of a metric or label in quotes where it is not written with letters only. */
const LABEL = /[A-Za-z_][A-Za-z0-9_]*/y;

/** Why a sample is left out. It goes to the dashboard, so it never quotes a line: who answers may be no target at all. */
export class LineFault extends Error {}

/**
 * Reads a label set. Blanks and a comma at the end are allowed in both formats. What is past a bound ends it at once: the work is that of
 * what is kept, however long the line.
 * @param at where its `{` stands
 * @returns the labels, the metric's name where it stands among them, and where the text goes on.
 * @throws LineFault
 */
export function parseBraces(line: string, at: number): { name?: string; labels: Labels; end: number } {
	const labels = new Map<string, string>();
	let name: string | undefined;
	let place = skip(line, at + 1);
	while (line[place] !== "}") {
		const key = line[place] === '"' ? quoted(line, place) : word(line, place);
		if (!key) throw new LineFault("a label has no name");
		place = skip(line, key.end);
		if (line[place] !== "=") {
			if (line[key.end - 1] !== '"' || name !== undefined) throw new LineFault("a label has no value");
			name = underscored(key.text, ":");
		} else {
			const value = quoted(line, skip(line, place + 1));
			if (!value) throw new LineFault("a label's value is not in double quotes, or does not end");
			const label = line[key.end - 1] === '"' ? underscored(key.text) : key.text;
			if (labels.has(label)) throw new LineFault("a label stands there twice");
			if (label === "" || label.length > LIMITS.nameChars)
				throw new LineFault(`a label's name has more than ${LIMITS.nameChars} characters`);
			if (value.text.length > LIMITS.labelChars) throw new LineFault(`a label's value has more than ${LIMITS.labelChars} characters`);
			if (labels.size === LIMITS.labels) throw new LineFault(`it has more than ${LIMITS.labels} labels`);
			labels.set(label, value.text);
			place = skip(line, value.end);
		}
		if (line[place] === ",") place = skip(line, place + 1);
		else if (line[place] !== "}") throw new LineFault("after a label comes neither a comma nor the closing brace");
	}
	return { ...(name !== undefined && { name }), labels: Object.fromEntries(labels), end: place + 1 };
}

interface Token {
	text: string;
	end: number;
}

function word(line: string, at: number): Token | undefined {
	LABEL.lastIndex = at;
	const text = LABEL.exec(line)?.[0];
	return text === undefined ? undefined : { text, end: at + text.length };
}

function quoted(line: string, at: number): Token | undefined {
	if (line[at] !== '"') return undefined;
	const end = closingQuote(line, at + 1);
	return end === -1 ? undefined : { text: unescapeValue(line.slice(at + 1, end)), end: end + 1 };
}

/** Place of the next character that is no blank. */
export function skip(line: string, at: number): number {
	let place = at;
	while (line[place] === " " || line[place] === "\t") place += 1;
	return place;
}

/** One sample: `name{labels} value timestamp`. An exemplar behind it, whatever it says, is none of ours. */
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
