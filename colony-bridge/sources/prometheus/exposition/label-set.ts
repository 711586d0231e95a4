/** What stands in braces: `{name="value",...}`, and the name of a metric or label in quotes where it is not written with letters only. */
import { LIMITS } from "../../../protocol/limits.ts";
import type { Labels } from "../../../protocol/names.ts";
import { closingQuote, underscored, unescapeValue } from "./escapes.ts";

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;

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
	NAME.lastIndex = at;
	const text = NAME.exec(line)?.[0];
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
