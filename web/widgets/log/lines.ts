/** Log lines: filtering, highlighting and export. */

import type { LogRow } from "../../../colony-bridge/protocol/query/rows.ts";
import type { LogLevel } from "../../../colony-bridge/protocol/wire/state.ts";
import { mark, type StatusMark } from "../../components/status.ts";

export const LEVEL: Record<LogLevel, StatusMark> = {
	DEBUG: mark("ring", "off", "DEBUG"),
	INFO: mark("ring", "off", "INFO"),
	WARNING: mark("alert", "warn", "WARNING"),
	ERROR: mark("cross", "bad", "ERROR"),
	CRITICAL: mark("cross", "bad", "CRITICAL"),
};

/** Terminal escape sequences: CSI (colours, cursor), OSC (titles, links), two-character ones. ECMA-48, 5.4 and 8.3.89. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it matches
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])|\u009b[0-?]*[ -/]*[@-~]/g;
/** Control characters and bidirectional controls, except tab and newline. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it matches
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Strips escape sequences, and replaces control characters by U+FFFD. */
export const plainText = (message: string): string =>
	message.replace(/\r\n?/g, "\n").replace(ESCAPES, "").replace(INVISIBLE, "\ufffd").replace(/\n+$/, "");

export interface LogFilter {
	/** Case-insensitive, in message or source; empty: all. */
	search: string;
	/** Hidden levels. */
	without: ReadonlySet<LogLevel>;
}

export function filterLines(rows: readonly LogRow[], { search, without }: LogFilter): readonly LogRow[] {
	if (search === "" && without.size === 0) return rows;
	const needle = search.toLowerCase();
	return rows.filter(
		({ level, source, message }) =>
			!without.has(level) && (needle === "" || `${source ?? ""} ${plainText(message)}`.toLowerCase().includes(needle)),
	);
}

export function levelCounts(rows: readonly LogRow[]): Map<LogLevel, number> {
	const counts = new Map<LogLevel, number>();
	for (const { level } of rows) counts.set(level, (counts.get(level) ?? 0) + 1);
	return counts;
}

/** Splits a text into matches and the text between them. */
export function pieces(text: string, search: string): { text: string; found: boolean }[] {
	if (search === "") return [{ text, found: false }];
	const [lower, needle] = [text.toLowerCase(), search.toLowerCase()];
	// Lower-casing may change the length; then positions would not match.
	if (lower.length !== text.length || needle.length !== search.length) return [{ text, found: false }];
	const found: { text: string; found: boolean }[] = [];
	let end = 0;
	for (let at = lower.indexOf(needle); at >= 0; at = lower.indexOf(needle, end)) {
		if (at > end) found.push({ text: text.slice(end, at), found: false });
		end = at + needle.length;
		found.push({ text: text.slice(at, end), found: true });
	}
	if (end < text.length || found.length === 0) found.push({ text: text.slice(end), found: false });
	return found;
}

/** Counts rows newer than those of `paused`. @returns `all`: every row is new, and more may have been dropped */
export function arrived(rows: readonly LogRow[], paused: readonly LogRow[]): { count: number; all: boolean } {
	const first = paused[0]?.id;
	const place = first === undefined ? -1 : rows.findIndex(({ id }) => id === first);
	return place < 0 ? { count: rows.length, all: paused.length > 0 && rows.length > 0 } : { count: place, all: false };
}

/** Oldest first, like a log file. */
export const asText = (rows: readonly LogRow[]): string =>
	rows
		.toReversed()
		.map(({ at, level, source, message }) => `${new Date(at).toISOString()} ${level} ${source ? `${source}: ` : ""}${plainText(message)}\n`)
		.join("");
