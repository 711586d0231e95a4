/** Log lines as they are read: which of them, what in them, and as text to take out. */

import type { LogRow } from "../../../colony-bridge/protocol/query/rows.ts";
import type { LogLevel } from "../../../colony-bridge/protocol/wire/state.ts";

/** Terminals' escape sequences: CSI (colours, cursor), OSC (titles, links), and the rest of two characters. ECMA-48, 5.4 and 8.3.89. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that are looked for
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])|\u009b[0-?]*[ -/]*[@-~]/g;
/** What is left without a shape of its own, and what would turn the direction of the text around it; tab and newline stay. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that are looked for
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A message without a terminal's colours, with what cannot be seen made visible. */
export const plainText = (message: string): string =>
	message.replace(/\r\n?/g, "\n").replace(ESCAPES, "").replace(INVISIBLE, "\ufffd").replace(/\n+$/, "");

export interface LogFilter {
	/** Found in message or source, whatever the case; empty: all. */
	search: string;
	/** Levels left out. */
	without: ReadonlySet<LogLevel>;
}

export function filterLines(rows: readonly LogRow[], { search, without }: LogFilter): readonly LogRow[] {
	if (search === "" && without.size === 0) return rows;
	const wanted = search.toLowerCase();
	return rows.filter(
		({ level, source, message }) =>
			!without.has(level) && (wanted === "" || `${source ?? ""} ${plainText(message)}`.toLowerCase().includes(wanted)),
	);
}

export function levelCounts(rows: readonly LogRow[]): Map<LogLevel, number> {
	const counts = new Map<LogLevel, number>();
	for (const { level } of rows) counts.set(level, (counts.get(level) ?? 0) + 1);
	return counts;
}

/** A text in pieces, those found and those between: put together they are the text. */
export function pieces(text: string, search: string): { text: string; found: boolean }[] {
	if (search === "") return [{ text, found: false }];
	const [lower, wanted] = [text.toLowerCase(), search.toLowerCase()];
	// Letters whose other case is longer would move the places.
	if (lower.length !== text.length || wanted.length !== search.length) return [{ text, found: false }];
	const found: { text: string; found: boolean }[] = [];
	let end = 0;
	for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, end)) {
		if (at > end) found.push({ text: text.slice(end, at), found: false });
		end = at + wanted.length;
		found.push({ text: text.slice(at, end), found: true });
	}
	if (end < text.length || found.length === 0) found.push({ text: text.slice(end), found: false });
	return found;
}

/** Number of `rows`, newest first, that came after those that `frozen` began with. @returns `all`: every one, and perhaps more */
export function arrived(rows: readonly LogRow[], frozen: readonly LogRow[]): { count: number; all: boolean } {
	const first = frozen[0]?.id;
	const place = first === undefined ? -1 : rows.findIndex(({ id }) => id === first);
	return place < 0 ? { count: rows.length, all: frozen.length > 0 && rows.length > 0 } : { count: place, all: false };
}

/** Oldest first, as a file of a log is. */
export const asText = (rows: readonly LogRow[]): string =>
	rows
		.toReversed()
		.map(({ at, level, source, message }) => `${new Date(at).toISOString()} ${level} ${source ? `${source}: ` : ""}${plainText(message)}\n`)
		.join("");
