/**
 * A log line that is a JSON object, as HiveFrame's `ConsoleHandler(format="json")` writes it.
 *
 * What a program gives its logger as context stands beside `timestamp`, `level` and `message`, and may take their place: what cannot be meant
 * as such is context here too.
 */
import { LIMITS } from "../../protocol/limits.ts";
import type { LogLine } from "../../protocol/state.ts";
import { levelOf } from "./log-levels.ts";

/** Epoch seconds between 2001 and 2286; milliseconds are a thousand times as many. */
const SECONDS = [1e9, 1e10] as const;

/** @param now stands in where the line has no instant. @returns undefined where the line is no JSON object. */
export function parseJsonLine(line: string, now: number): LogLine | undefined {
	if (!line.startsWith("{")) return undefined;
	let fields: Record<string, unknown>;
	try {
		fields = JSON.parse(line) as Record<string, unknown>;
	} catch {
		return undefined;
	}
	const rest = new Map(Object.entries(fields));
	const take = <T>(names: readonly string[], read: (value: unknown) => T | undefined): T | undefined => {
		for (const name of names) {
			const value = read(rest.get(name));
			if (value === undefined) continue;
			rest.delete(name);
			return value;
		}
		return undefined;
	};
	const at = take(["timestamp", "time", "ts", "@timestamp"], instantOf) ?? now;
	const level = take(["level", "levelname", "severity"], levelOf) ?? "INFO";
	const source = take(["logger", "logger_name", "name"], nameOf);
	const exception = take(["exception", "exc_info"], textOf);
	const said = take(["message", "msg", "event"], textOf);
	const context = [...rest].map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`).join(" ");
	const message = [said ?? "", context].filter((part) => part !== "").join(" | ");
	return {
		at,
		level,
		...(source !== undefined && { source }),
		message: exception === undefined ? message : `${message}\n${exception.trimEnd()}`,
	};
}

function instantOf(value: unknown): number | undefined {
	if (typeof value === "number") {
		if (value >= SECONDS[0] && value < SECONDS[1]) return Math.floor(value * 1000);
		return value >= SECONDS[0] * 1000 && value < SECONDS[1] * 1000 ? Math.floor(value) : undefined;
	}
	if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value)) return undefined;
	const at = Date.parse(value);
	return Number.isFinite(at) && at >= 0 ? at : undefined;
}

function nameOf(value: unknown): string | undefined {
	return typeof value === "string" && value !== "" ? value.slice(0, LIMITS.nameChars) : undefined;
}

function textOf(value: unknown): string | undefined {
	return typeof value === "string" && value !== "" ? value : undefined;
}
