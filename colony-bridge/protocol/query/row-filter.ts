/**
 * A table's filter as a reader writes it: words that must all be found in a row's texts, `status=failed` for exactly that, and
 * `cpu_percent>80` for its numbers. Quotes keep spaces: `role="night shift"`. Upper and lower case are the same.
 */
import type { Query } from "./query.ts";

/** Texts are in lower case; names of fields are as they were written, for a metric's name has its case. */
export type Term =
	| { type: "text"; text: string }
	/** `text` is the term as a whole: where nobody has such a field it is a word. */
	| { type: "is"; field: string; value: string; text: string }
	| { type: "number"; field: string; sign: Sign; value: number };
type Sign = "<" | "<=" | ">" | ">=";

const TERM = /"([^"]*)"?|([^\s"<>=]+)(<=|>=|=|<|>)(?:"([^"]*)"?|(\S*))|(\S+)/g;

export function parseFilter(filter: string): Term[] {
	const terms: Term[] = [];
	for (const [whole, quoted, field, sign, inQuotes, plain] of filter.matchAll(TERM)) {
		const value = (inQuotes ?? plain ?? "").toLowerCase();
		const text = whole.toLowerCase();
		const number = Number(value);
		if (field === undefined) terms.push({ type: "text", text: quoted?.toLowerCase() ?? text });
		else if (sign === "=") terms.push({ type: "is", field, value, text: text.replaceAll('"', "") });
		else if (value !== "" && Number.isFinite(number)) terms.push({ type: "number", field, sign: sign as Sign, value: number });
		else terms.push({ type: "text", text });
	}
	return terms.filter((term) => term.type !== "text" || term.text !== "");
}

/** @returns what is wrong with a filter's first comparison that compares with no number, or nothing. */
export function filterError(filter: string): string | undefined {
	for (const [whole, , field, sign, inQuotes, plain] of filter.matchAll(TERM)) {
		const value = inQuotes ?? plain ?? "";
		if (field === undefined || sign === "=" || (value !== "" && Number.isFinite(Number(value)))) continue;
		return `"${whole}" compares with no number; write ${field}${sign}80, or "${whole}" in quotes for the words`;
	}
	return undefined;
}

/** Numbers that a filter compares. */
export function comparedFields(filter: string): string[] {
	return parseFilter(filter).flatMap((term) => (term.type === "number" ? term.field : []));
}

export function holds(value: number | undefined, sign: Sign, bound: number): boolean {
	if (value === undefined) return false;
	if (sign === "<") return value < bound;
	if (sign === "<=") return value <= bound;
	return sign === ">" ? value > bound : value >= bound;
}

/** A table that the cluster sorts and filters: the rows on a page are a window of all there are. */
export type WindowedQuery = Extract<Query, { offset?: unknown }>;
const WINDOWED: Record<WindowedQuery["kind"], true> = { workers: true, tasks: true, streams: true, checks: true, series: true };
export const isWindowed = (kind: string): kind is WindowedQuery["kind"] => Object.hasOwn(WINDOWED, kind);
