/** `{name="value",...}` as both exposition formats write it. */
import type { Labels } from "../../../protocol/names.ts";
import { unescapeValue } from "./escapes.ts";

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const VALUE = /"([^"\\]*(?:\\.[^"\\]*)*)"/sy;

/** What is wrong with a line; its place is added by who reads the lines. */
export class LineFault extends Error {}

/**
 * Reads a label set.
 * @param at where its `{` stands
 * @param openMetrics strict: no blanks inside, no comma at the end; 0.0.4 allows both
 * @returns the labels, and where the text goes on.
 * @throws LineFault
 */
export function parseLabels(line: string, at: number, openMetrics: boolean): { labels: Labels; end: number } {
	const pairs: [string, string][] = [];
	let place = skip(line, at + 1, openMetrics);
	if (line[place] === "}") return { labels: {}, end: place + 1 };
	for (;;) {
		const name = token(NAME, line, place);
		if (!name) throw new LineFault(`a label name is missing at "${line.slice(place, place + 20)}"`);
		if (pairs.some(([known]) => known === name[0])) throw new LineFault(`label "${name[0]}" stands there twice`);
		place = skip(line, place + name[0].length, openMetrics);
		if (line[place] !== "=") throw new LineFault(`label "${name[0]}" has no value`);
		place = skip(line, place + 1, openMetrics);
		const value = token(VALUE, line, place);
		if (!value) throw new LineFault(`the value of label "${name[0]}" is not in double quotes, or does not end`);
		pairs.push([name[0], unescapeValue(value[1] as string)]);
		place = skip(line, place + value[0].length, openMetrics);
		if (line[place] === ",") {
			place = skip(line, place + 1, openMetrics);
			if (line[place] === "}" && !openMetrics) return { labels: Object.fromEntries(pairs), end: place + 1 };
		} else if (line[place] === "}") {
			return { labels: Object.fromEntries(pairs), end: place + 1 };
		} else {
			throw new LineFault(`after label "${name[0]}" comes "${line.slice(place, place + 20)}" instead of , or }`);
		}
	}
}

function token(pattern: RegExp, line: string, at: number): RegExpExecArray | null {
	pattern.lastIndex = at;
	return pattern.exec(line);
}

function skip(line: string, at: number, openMetrics: boolean): number {
	let place = at;
	if (!openMetrics) while (line[place] === " " || line[place] === "\t") place += 1;
	return place;
}
