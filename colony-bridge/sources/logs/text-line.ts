/** Log lines that begin with when and how bad: HiveFrame's text format, Python's, and those of the field. */
import { LIMITS } from "../../protocol/wire/limits.ts";
import type { LogLine } from "../../protocol/wire/state.ts";
import { INSTANT, instantOf, levelOf, localZone, type Zone } from "./log-time.ts";

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
	const known = level === undefined ? "INFO" : levelOf(level);
	const instant = at === undefined ? now : instantOf(at, zone, now);
	if (known === undefined || (instant === undefined && level === undefined)) return undefined;
	const name = source?.trim().slice(0, LIMITS.nameChars);
	return { at: instant ?? now, level: known, ...(name && { source: name }), message };
}
