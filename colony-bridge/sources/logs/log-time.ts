/** Other words for the levels. */
import { LOG_LEVELS, type LogLevel } from "../../protocol/wire/state.ts";

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

/** Instants as logs write them. Without a zone of their own they are in the log's, which is this machine's by default. */
/** Ms since 1970 of a wall clock that shows `wall`, ms as if it were UTC. */
export type Zone = (wall: number) => number;

/** This machine's zone. */
export const localZone: Zone = (wall) => {
	const at = new Date(wall);
	return new Date(
		at.getUTCFullYear(),
		at.getUTCMonth(),
		at.getUTCDate(),
		at.getUTCHours(),
		at.getUTCMinutes(),
		at.getUTCSeconds(),
		at.getUTCMilliseconds(),
	).getTime();
};

const OFFSET = /^([+-])(\d\d):?(\d\d)$/;

/** @param name `UTC`, `+02:00` or `Europe/Berlin`. @throws RangeError where there is no such zone */
export function zoneOf(name: string): Zone {
	const offset = offsetOf(name);
	if (offset !== undefined) return (wall) => wall - offset;
	const clock = new Intl.DateTimeFormat("en", { timeZone: name, hourCycle: "h23", dateStyle: "short", timeStyle: "medium" });
	/** By the quarter of an hour: zones change at no finer steps, and a formatter takes its time. */
	let cached: { quarter: number; offset: number } | undefined;
	const offsetAt = (at: number): number => {
		const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
		const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
		const year = 2000 + part("year");
		const wall = Date.UTC(year, part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
		return wall - Math.floor(at / 1000) * 1000;
	};
	return (wall) => {
		const quarter = Math.floor(wall / 900_000);
		if (cached?.quarter !== quarter) cached = { quarter, offset: offsetAt(wall - offsetAt(wall)) };
		return wall - cached.offset;
	};
}

function offsetOf(text: string): number | undefined {
	if (/^(?:Z|UTC|GMT)$/i.test(text)) return 0;
	const [, sign, hours, minutes] = OFFSET.exec(text) ?? [];
	return sign === undefined ? undefined : (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -60_000 : 60_000);
}

/** `2026-01-15 10:30:00,123`, with T, slashes, up to nine decimals, `Z` or `+0100`; `26/01/15 10:30:00`; `15/Jan/2026:10:30:00 +0100`; `Jan 15 10:30:00`. */
export const INSTANT = String.raw`((?:\d{4}[-/]\d\d[-/]\d\d|\d\d/\d\d/\d\d)[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?|\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)`;

const ISO = /^(\d{2,4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))? ?(.*)$/;
const ACCESS = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d):(\d\d):(\d\d) (.*)$/;
const SYSLOG = /^(\w{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d)$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** @param now whose year an instant without one is of. @returns ms since 1970, undefined where the text is no instant */
export function instantOf(text: string, zone: Zone, now: number): number | undefined {
	const [, year = "", month, day, hour, minute, second, fraction = "", own = ""] = ISO.exec(text) ?? namedMonth(text, now) ?? [];
	if (year === "") return undefined;
	const ms = Math.floor(Number(`0.${fraction || "0"}`) * 1000 + 1e-6);
	const wall = Date.UTC(Number(year.padStart(4, "20")), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), ms);
	// The 31st of February is none.
	if (new Date(wall).getUTCDate() !== Number(day)) return undefined;
	const offset = offsetOf(own.trim());
	const at = offset === undefined ? zone(wall) : wall - offset;
	return Number.isFinite(at) && at >= 0 ? at : undefined;
}

/** Months by name, in the order of {@link ISO}'s groups. */
function namedMonth(text: string, now: number): string[] | undefined {
	const [, day = "", month = "", year = "", hour = "", minute = "", second = "", own = ""] = ACCESS.exec(text) ?? [];
	if (MONTHS.includes(month)) return ["", year, String(MONTHS.indexOf(month) + 1), day, hour, minute, second, "", own];
	const [, name = "", date = "", h = "", m = "", s = ""] = SYSLOG.exec(text) ?? [];
	if (!MONTHS.includes(name)) return undefined;
	const today = new Date(now);
	// December read in January is of the year before.
	const before = MONTHS.indexOf(name) > today.getUTCMonth() + 1 ? 1 : 0;
	return ["", String(today.getUTCFullYear() - before), String(MONTHS.indexOf(name) + 1), date.trim(), h, m, s, "", ""];
}
