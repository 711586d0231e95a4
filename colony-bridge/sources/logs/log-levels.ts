/** Other words for the levels. */
import { LOG_LEVELS, type LogLevel } from "../../protocol/state.ts";

const OTHER_WORDS: Readonly<Record<string, LogLevel>> = {
	TRACE: "DEBUG",
	VERBOSE: "DEBUG",
	NOTICE: "INFO",
	SUCCESS: "INFO",
	WARN: "WARNING",
	ERR: "ERROR",
	SEVERE: "ERROR",
	FATAL: "CRITICAL",
	ALERT: "CRITICAL",
	EMERG: "CRITICAL",
	CRIT: "CRITICAL",
	PANIC: "CRITICAL",
};

/** @param value a word in any case, or Python's number (10 to 50). @returns undefined where it is no level. */
export function levelOf(value: unknown): LogLevel | undefined {
	if (typeof value === "number") return Number.isInteger(value / 10) ? LOG_LEVELS[value / 10 - 1] : undefined;
	if (typeof value !== "string") return undefined;
	const word = value.toUpperCase();
	return LOG_LEVELS.find((level) => level === word) ?? (Object.hasOwn(OTHER_WORDS, word) ? OTHER_WORDS[word] : undefined);
}
