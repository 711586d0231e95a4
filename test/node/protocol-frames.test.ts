import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { describeIssues, PROBLEMS } from "../../colony-bridge/protocol/wire/problem.ts";
import { Hello, UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { accepts } from "./accepts.ts";

const at = 1_700_000_000_000;
const hello = {
	type: "hello",
	protocol: 1,
	bridge: "b",
	epoch: at,
	colony: "production",
	capabilities: ["restart", "scale"],
	intervalMs: 1000,
};
const many = <T>(length: number, value: T): T[] => Array.from({ length }, () => value);
const without = <T extends object>(object: T, key: keyof T): Partial<T> => ({ ...object, [key]: undefined });

accepts("hello", Hello, {
	good: [hello, { ...hello, capabilities: [] }, { ...hello, protocol: 999 }],
	becomes: [[{ ...hello, fromTheFuture: 1 }, hello]],
	bad: [
		[without(hello, "epoch"), "epoch"],
		[without(hello, "colony"), "colony"],
		[{ ...hello, bridge: "" }, "bridge"],
		[{ ...hello, capabilities: ["reboot"] }, "capabilities.0"],
		[{ ...hello, intervalMs: 99 }, "intervalMs"],
		[{ ...hello, intervalMs: 3_600_001 }, "intervalMs"],
		[{ ...hello, type: "hi" }, "type"],
	],
});

accepts("a frame up", UpFrame, {
	good: [],
	bad: [
		[null, ""],
		[[], "type"],
		["tick", ""],
		[{}, "type"],
		[{ type: "tock", seq: 1 }, "type"],
		[{ ...hello, seq: 1 }, "type"],
	],
});

const tick = { type: "tick", seq: 1, at, ids: [0, 1], values: [1.5, -2] };
accepts("tick", UpFrame, {
	good: [
		tick,
		{ ...tick, ids: [], values: [] },
		{ ...tick, ids: many(LIMITS.samplesPerFrame, 7), values: many(LIMITS.samplesPerFrame, 1) },
	],
	bad: [
		[{ ...tick, seq: 0 }, "seq"],
		[{ ...tick, seq: 1.5 }, "seq"],
		[without(tick, "seq"), "seq"],
		[{ ...tick, at: "now" }, "at"],
		[{ ...tick, values: [1] }, ""],
		[{ ...tick, values: [1, Number.NaN] }, "values.1"],
		[{ ...tick, values: [1, Number.POSITIVE_INFINITY] }, "values.1"],
		[{ ...tick, values: [1, null] }, "values.1"],
		[{ ...tick, ids: [0, -1] }, "ids.1"],
		[{ ...tick, ids: many(LIMITS.samplesPerFrame + 1, 7), values: many(LIMITS.samplesPerFrame + 1, 1) }, "ids"],
	],
});

const series = { type: "series", seq: 1, series: [{ id: 0, name: "up", type: "gauge", labels: { worker: "w" } }] };
accepts("series", UpFrame, {
	good: [series, { ...series, series: [] }],
	bad: [
		[{ ...series, series: [{ name: "up", type: "gauge" }] }, "series.0.id"],
		[{ ...series, series: [{ id: 0, name: "not a name", type: "gauge" }] }, "series.0.name"],
		[{ ...series, series: {} }, "series"],
		[{ ...series, series: many(LIMITS.samplesPerFrame + 1, series.series[0]) }, "series"],
	],
});

const worker = { id: "worker-1", status: "busy", role: "scout", health: "healthy", tasks: ["t1"], pid: 12, startedAt: at, restarts: 0 };
const task = {
	id: "t1",
	name: "wordCount",
	status: "running",
	worker: "worker-1",
	attempt: 1,
	progress: 0.5,
	parent: "t0",
	dependencies: ["t0"],
};
const operator = {
	id: "o",
	name: "map",
	inputs: ["source"],
	subtasks: [{ id: "0", busy: 0.9, idle: 0.1, backPressured: 0, recordsIn: 5 }],
};
const stream = {
	id: "s",
	status: "running",
	watermark: at,
	windows: { open: 1, fired: 2, late: 0 },
	checkpoint: { id: "7", status: "completed", progress: 1, bytes: 100 },
	operators: [operator],
};
const state = { type: "state", seq: 1, at };
const one = (kind: string, entry: unknown) => ({ ...state, [kind]: { set: [entry] } });
accepts("state", UpFrame, {
	good: [
		state,
		{ ...state, health: { status: "degraded", reason: "one worker is down" }, queued: 3 },
		{ ...state, workers: { replace: true, set: [worker] }, tasks: { set: [task], remove: ["t0"] } },
		one("streams", stream),
		one("checks", { id: "database", status: "ok", at, since: at, message: "<b>fine</b>" }),
	],
	bad: [
		[{ ...state, health: { status: "fine" } }, "health.status"],
		[{ ...state, queued: -1 }, "queued"],
		[one("workers", { ...worker, id: "" }), "workers.set.0.id"],
		[one("workers", { ...worker, status: "asleep" }), "workers.set.0.status"],
		[one("workers", { ...worker, tasks: many(101, "t") }), "workers.set.0.tasks"],
		[one("tasks", { ...task, status: "completed" }), "tasks.set.0.status"],
		[one("tasks", { ...task, progress: 50 }), "tasks.set.0.progress"],
		[one("tasks", { ...task, dependencies: many(1001, "t") }), "tasks.set.0.dependencies"],
		[one("streams", { ...stream, windows: { open: -1 } }), "streams.set.0.windows.open"],
		[one("streams", { ...stream, operators: many(1001, operator) }), "streams.set.0.operators"],
		[
			one("streams", { ...stream, operators: [{ ...operator, subtasks: [{ id: "0", busy: 1.1 }] }] }),
			"streams.set.0.operators.0.subtasks.0.busy",
		],
		[one("checks", { id: "database", status: "fine" }), "checks.set.0.status"],
		[{ ...state, workers: { remove: many(LIMITS.entriesPerFrame + 1, "w") } }, "workers.remove"],
	],
});

const line = { type: "log", at, level: "ERROR", source: "queen", message: "</script><script>alert(1)" };
const end = {
	type: "taskEnd",
	id: "t",
	name: "wordCount",
	status: "failed",
	endedAt: at,
	error: { type: "TypeError", message: "x", stack: "at y" },
};
const mark = { type: "mark", at, kind: "restart", text: "worker-1 was restarted", worker: "worker-1" };
const events = (...list: unknown[]) => ({ type: "events", seq: 1, events: list });
accepts("events", UpFrame, {
	good: [events(), events(line, end, mark), events(...many(LIMITS.eventsPerFrame, line))],
	bad: [
		[events({ ...line, level: "WARN" }), "events.0.level"],
		[events(line, { ...line, message: "x".repeat(LIMITS.textChars + 1) }), "events.1.message"],
		[events({ ...end, status: "running" }), "events.0.status"],
		[events(without(end, "endedAt")), "events.0.endedAt"],
		[events({ ...end, error: { message: "x", stack: "x".repeat(LIMITS.stackChars + 1) } }), "events.0.error.stack"],
		[events({ ...mark, kind: "" }), "events.0.kind"],
		[events({ type: "party", at }), "events.0.type"],
		[events(...many(LIMITS.eventsPerFrame + 1, line)), "events"],
	],
});

const gap = { type: "gap", seq: 9, first: 3, samples: 650, events: 2, from: at, until: at + 1 };
accepts("gap", UpFrame, {
	good: [gap, { ...gap, first: 9 }],
	bad: [
		[{ ...gap, first: 10 }, ""],
		[{ ...gap, first: 0 }, "first"],
		[{ ...gap, samples: -1 }, "samples"],
	],
});

accepts("result", UpFrame, {
	good: [{ type: "result", seq: 1, command: "c1", ok: false, message: "no such worker" }],
	bad: [
		[{ type: "result", seq: 1, ok: true }, "command"],
		[{ type: "result", seq: 1, command: "c1", ok: 1 }, "ok"],
	],
});

accepts("a frame down", DownFrame, {
	good: [
		{ type: "welcome", protocol: 1, epoch: 1, lastSeq: 0 },
		{ type: "ack", seq: 5 },
		{ type: "error", kind: "unknown-series", detail: "series 7 was never announced", seq: 5, fatal: false },
		{ type: "command", id: "c1", command: { action: "restart", worker: "worker-1" } },
		{ type: "command", id: "c2", command: { action: "scale", workers: 0 } },
		{ type: "viewers", count: 3 },
	],
	bad: [
		[{ type: "error", kind: "oops", detail: "", fatal: true }, "kind"],
		[{ type: "command", id: "c1", command: { action: "halt" } }, "command.action"],
		[{ type: "command", id: "c1", command: { action: "scale", workers: 100_001 } }, "command.workers"],
		[{ type: "ack", seq: -1 }, "seq"],
	],
});

describe("a problem in words", () => {
	test("names the places of the first three, and counts the others", () => {
		const bad = { ...tick, ids: [-1, -2, -3, -4, -5], values: [1, 2, 3, 4, 5] };
		const { issues = [] } = v.safeParse(UpFrame, bad);
		expect(describeIssues(issues as v.BaseIssue<unknown>[])).toMatch(/^ids\.0: .*; ids\.1: .*; ids\.2: .*; and 2 more$/);
	});
	test.each<[v.GenericSchema, unknown, string]>([
		[v.strictObject({ a: v.number() }), { a: 1, b: 2 }, "b: there is no such field"],
		[v.object({ a: v.number() }), {}, "a: this field is missing"],
		[v.object({ a: v.number() }), { a: "x" }, 'a: expected number, not "x"'],
		[v.object({ a: v.picklist(["x", "y"]) }), { a: "z" }, 'a: write "x", "y"'],
		[v.object({ a: v.pipe(v.string(), v.maxLength(2)) }), { a: "abc" }, "a: expected a length of <=2, not 3"],
		[v.object({ a: v.number() }), { a: "x".repeat(101) }, "a: expected number, not that"],
	])("%# says what to write where the schema has no words", (schema, input, words) => {
		expect(describeIssues(v.safeParse(schema, input).issues ?? [])).toBe(words);
	});
	test("every kind has an error status", () => {
		for (const status of Object.values(PROBLEMS)) expect(status).toSatisfy((code: number) => code >= 400 && code < 600);
	});
});
