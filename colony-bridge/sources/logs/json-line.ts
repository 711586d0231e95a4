/**
 * A log line that is a JSON object: HiveFrame's `ConsoleHandler(format="json")`, python-json-logger, structlog, loguru, ECS, pino and their like.
 *
 * What a program gives its logger as context stands beside `timestamp`, `level` and `message`, and may take their place: what cannot be meant
 * as such is context here too.
 */
import { LIMITS } from "../../protocol/wire/limits.ts";
import type { LogLevel, LogLine } from "../../protocol/wire/state.ts";
import { instantOf, levelOf, localZone, type Zone } from "./log-time.ts";

/** Epoch seconds between 2001 and 2286; milliseconds are a thousand times as many. */
const SECONDS = [1e9, 1e10] as const;
const INSTANTS = ["timestamp", "time", "ts", "@timestamp", "asctime", "datetime"];
const LEVELS = ["level", "levelname", "severity", "log.level", "lvl"];
const SOURCES = ["logger", "logger_name", "name", "log.logger"];
const EXCEPTIONS = ["exception", "exc_info", "exc_text", "error.stack_trace", "stack_trace", "stack"];
const MESSAGES = ["message", "msg", "event"];

/** @param now stands in where the line has no instant. @returns undefined where the line is no JSON object. */
export function parseJsonLine(line: string, now: number, zone: Zone = localZone): LogLine | undefined {
	if (!line.startsWith("{")) return undefined;
	let fields: Record<string, unknown>;
	try {
		fields = JSON.parse(line) as Record<string, unknown>;
	} catch {
		return undefined;
	}
	const rest = new Map(flat(fields));
	const take = <T>(names: readonly string[], read: (value: unknown) => T | undefined): T | undefined => {
		for (const name of names) {
			const value = read(rest.get(name));
			if (value === undefined) continue;
			rest.delete(name);
			return value;
		}
		return undefined;
	};
	const at = take(INSTANTS, (value) => timeOf(value, zone, now)) ?? now;
	// pino and bunyan count in tens as Python does, from another beginning.
	const level = take(LEVELS, rest.has("pid") && rest.has("hostname") ? tensOf : levelOf) ?? "INFO";
	const source = take(SOURCES, nameOf);
	const exception = take(EXCEPTIONS, textOf);
	const said = take(MESSAGES, textOf);
	const context = [...rest].map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`).join(" ");
	const message = [said ?? "", context].filter((part) => part !== "").join(" | ");
	return {
		at,
		level,
		...(source !== undefined && { source }),
		message: exception === undefined ? message : `${message}\n${exception.trimEnd()}`,
	};
}

/** ECS writes `log.level` or `{"log": {"level"}}`; loguru what it has in `record`, beside its text. */
function flat(fields: Record<string, unknown>): [string, unknown][] {
	const { record } = fields;
	if (isObject(record) && isObject(record.level) && typeof fields.text === "string") {
		const { level, time, name, message, exception } = record;
		const { timestamp } = isObject(time) ? time : {};
		return Object.entries({ level: level.name, timestamp, name, message, ...(isObject(exception) && { exception: fields.text }) });
	}
	return Object.entries(fields).flatMap(([key, value]): [string, unknown][] =>
		(key === "log" || key === "error") && isObject(value)
			? Object.entries(value).map(([inner, each]) => [`${key}.${inner}`, each])
			: [[key, value]],
	);
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function tensOf(value: unknown): LogLevel | undefined {
	return typeof value === "number" ? levelOf(Math.max(10, value - 10)) : levelOf(value);
}

function timeOf(value: unknown, zone: Zone, now: number): number | undefined {
	if (typeof value === "number") {
		if (value >= SECONDS[0] && value < SECONDS[1]) return Math.floor(value * 1000);
		return value >= SECONDS[0] * 1000 && value < SECONDS[1] * 1000 ? Math.floor(value) : undefined;
	}
	if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value)) return undefined;
	return instantOf(/^.{13}:\d\d(?!:)/.test(value) ? value.replace(/^(.{16})/, "$1:00") : value, zone, now);
}

function nameOf(value: unknown): string | undefined {
	return typeof value === "string" && value !== "" ? value.slice(0, LIMITS.nameChars) : undefined;
}

function textOf(value: unknown): string | undefined {
	return typeof value === "string" && value !== "" ? value : undefined;
}
