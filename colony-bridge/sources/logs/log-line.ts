/**
 * A log line that is a JSON object: HiveFrame's `ConsoleHandler(format="json")`, python-json-logger, structlog, loguru, ECS, pino and their like.
 *
 * A program's logging context stands beside `timestamp`, `level` and `message`, and may take their place: what cannot be meant
 * as such is context here too.
 */
import { LIMITS } from "../../protocol/wire/limits.ts";
import type { LogLevel, LogLine } from "../../protocol/wire/state.ts";
import { INSTANT, instantOf, levelOf, localZone, type Zone } from "./log-time.ts";

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
	const own = take(MESSAGES, textOf);
	const context = [...rest].map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`).join(" ");
	const message = [own ?? "", context].filter((part) => part !== "").join(" | ");
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

/** Log lines that begin with when and how bad: HiveFrame's text format, Python's, and those of the field. */
const LEVEL = "(?<level>[A-Za-z]{3,8})";
const AT = INSTANT.replace("(", "(?<at>");
const REST = "(?<message>.*)$";

/** The first that fits counts. Who wrote it is called `source` where the format says so. */
const FORMATS: readonly RegExp[] = [
	// HiveFrame: [2026-11-23 21:06:31] WARNING  queen: Dependency check failed | check=redis
	`^\\[${AT}\\] ${LEVEL} +(?<source>[^:\\s][^:]*): ${REST}`,
	// Python: 2026-11-23 21:06:31,123 - queen - WARNING - Dependency check failed
	`^${AT} - (?<source>\\S+) - ${LEVEL} - ${REST}`,
	`^${AT} - ${LEVEL} - ${REST}`,
	// Celery: [2026-01-15 10:30:00,123: INFO/MainProcess] Task received
	`^\\[${AT}: ${LEVEL}/(?<source>[^\\]]+)\\] ${REST}`,
	// loguru: 2026-01-15 10:30:00.123 | ERROR    | hive.queen:lay:42 - no nectar
	`^${AT} \\| ${LEVEL} *\\| (?<source>[^\\s:|]+):[^|]*? - ${REST}`,
	`^${AT} \\| ${LEVEL} *\\| ${REST}`,
	// Airflow: [2026-01-15T10:30:00.123+0000] {taskinstance.py:1332} INFO - Executing
	`^\\[${AT}\\] \\{(?<source>[^}]+)\\} ${LEVEL} - ${REST}`,
	// gunicorn: [2026-01-15 10:30:00 +0000] [1234] [INFO] Booting worker
	`^\\[${AT}\\] \\[\\d+\\] \\[${LEVEL}\\] ${REST}`,
	// Ray: 2026-01-15 10:30:00,123 INFO worker.py:1724 -- Started
	`^${AT}[ \\t]+${LEVEL} (?<source>\\S+:\\d+) -- ${REST}`,
	// log4j and logback: 2026-01-15 10:30:00,123 INFO  [main] org.hive.Queen - msg, and 2026-01-15 10:30:00.123 [main] INFO  org.hive.Queen - msg
	`^${AT} +(?:${LEVEL} +\\[[^\\]]*\\]) +(?<source>\\S+?):?(?: -|:)? ${REST}`,
	`^${AT} +\\[[^\\]]*\\] +${LEVEL} +(?<source>\\S+) - ${REST}`,
	// Spark: 26/01/15 10:30:00 INFO SparkContext: Running
	`^(?=\\d\\d/)${AT} ${LEVEL} (?<source>[^\\s:]+): ${REST}`,
	// 2026-11-23T21:06:31Z WARNING Dependency check failed, with or without brackets
	`^\\[?${AT}\\]?[ \\t]+\\[?${LEVEL}\\]?:?[ \\t]+${REST}`,
	// time="2026-01-15T10:30:00Z" level=info msg="..."
	`^(?:time|ts|t)="?${AT}"? (?:level|lvl)=${LEVEL} ${REST}`,
	// WARNING:queen:Dependency check failed
	`^${LEVEL}:(?<source>[\\w.-]+):${REST}`,
	// WARNING: Dependency check failed, or [WARNING] ...
	`^\\[?(?<level>[A-Z]{3,8})\\]?:? +${REST}`,
	// A server's access log, syslog, and whatever else begins with an instant: nobody says how bad it is.
	`^(?<message>\\S+ \\S+ \\S+ \\[${AT}\\] ".*)$`,
	`^\\[?${AT}\\]?[\\s:-]+${REST}`,
].map((pattern) => new RegExp(pattern, "s"));

/** Go's klog: I0115 10:30:00.123456 1234 queen.go:42] no nectar */
const KLOG = /^(?<level>[IWEF])(?<month>\d\d)(?<day>\d\d) (?<time>\d\d:\d\d:\d\d\.\d+) +\d+ (?<source>[^\]\s]+)\] (?<message>.*)$/s;
const KLOG_LEVELS = new Map([
	["I", "INFO"],
	["W", "WARNING"],
	["E", "ERROR"],
	["F", "CRITICAL"],
]);

/** @param now stands in where the line has no instant. @returns undefined where no format fits. */
export function parseTextLine(line: string, now: number, zone: Zone = localZone): LogLine | undefined {
	const { groups: klog } = KLOG.exec(line) ?? {};
	if (klog) {
		const at = `${new Date(now).getUTCFullYear()}-${klog.month}-${klog.day} ${klog.time}`;
		return lineOf({ ...klog, at, level: KLOG_LEVELS.get(klog.level as string) as string }, now, zone);
	}
	for (const pattern of FORMATS) {
		const { groups } = pattern.exec(line) ?? {};
		const found = groups && lineOf(groups, now, zone);
		if (found) return found;
	}
	return undefined;
}

function lineOf({ at, level, source, message = "" }: { [name: string]: string | undefined }, now: number, zone: Zone): LogLine | undefined {
	const parsedLevel = level === undefined ? "INFO" : levelOf(level);
	const instant = at === undefined ? now : instantOf(at, zone, now);
	if (parsedLevel === undefined || (instant === undefined && level === undefined)) return undefined;
	const name = source?.trim().slice(0, LIMITS.nameChars);
	return { at: instant ?? now, level: parsedLevel, ...(name && { source: name }), message };
}
