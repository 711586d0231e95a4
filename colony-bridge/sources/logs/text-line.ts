/** Log lines that begin with when and how bad: HiveFrame's text format, Python's, and their like. */
import { LIMITS } from "../../protocol/limits.ts";
import type { LogLine } from "../../protocol/state.ts";
import { levelOf } from "./log-levels.ts";

const INSTANT = String.raw`(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)`;
const LEVEL = "([A-Za-z]{3,8})";

/** In this order: instant, level, source, message by their place in each. */
const FORMATS: readonly { pattern: RegExp; at?: number; level: number; source?: number; message: number }[] = [
	// [2026-11-23 21:06:31] WARNING  queen: Dependency check failed | check=redis
	{ pattern: new RegExp(`^\\[${INSTANT}\\] ${LEVEL} +([^:\\s][^:]*): (.*)$`, "s"), at: 1, level: 2, source: 3, message: 4 },
	// 2026-11-23 21:06:31,123 - queen - WARNING - Dependency check failed
	{ pattern: new RegExp(`^${INSTANT} - (\\S+) - ${LEVEL} - (.*)$`, "s"), at: 1, level: 3, source: 2, message: 4 },
	// 2026-11-23T21:06:31Z WARNING Dependency check failed, with or without brackets
	{ pattern: new RegExp(`^\\[?${INSTANT}\\]?[ \\t]+\\[?${LEVEL}\\]?:?[ \\t]+(.*)$`, "s"), at: 1, level: 2, message: 3 },
	// WARNING:queen:Dependency check failed
	{ pattern: new RegExp(`^${LEVEL}:([\\w.-]+):(.*)$`, "s"), level: 1, source: 2, message: 3 },
	// WARNING: Dependency check failed, or [WARNING] ...
	{ pattern: /^\[?([A-Z]{3,8})\]?:? +(.*)$/s, level: 1, message: 2 },
];

/** @param now stands in where the line has no instant. @returns undefined where no format fits. */
export function parseTextLine(line: string, now: number): LogLine | undefined {
	for (const { pattern, at, level, source, message } of FORMATS) {
		const found = pattern.exec(line);
		const known = levelOf(found?.[level]);
		if (!found || !known) continue;
		const name = source === undefined ? undefined : found[source]?.trim().slice(0, LIMITS.nameChars);
		return {
			at: (at === undefined ? undefined : instantOf(found[at] as string)) ?? now,
			level: known,
			...(name && { source: name }),
			message: found[message] as string,
		};
	}
	return undefined;
}

/** Without a zone it is local time: the log is written on this machine. */
function instantOf(text: string): number | undefined {
	const at = Date.parse(text.replace(",", ".").replace(" ", "T"));
	return Number.isFinite(at) && at >= 0 ? at : undefined;
}
