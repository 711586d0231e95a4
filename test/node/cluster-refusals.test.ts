/** Invalid frames: each is refused with an error that names it, and changes nothing. */
import { describe, expect, test } from "vitest";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { ClusterView } from "../../colony-bridge/protocol/query/view.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import { wholly } from "../../durable/work/work.ts";
import { hello, Line, Rig, START } from "./cluster-rig.ts";

const QUERIES: Query[] = [
	{ kind: "cluster" },
	{ kind: "layout" },
	{ kind: "workers", limit: 500 },
	{ kind: "tasks", limit: 500 },
	{ kind: "ended", limit: 500 },
	{ kind: "taskStats", limit: 500 },
	{ kind: "streams", limit: 500 },
	{ kind: "checks", limit: 500 },
	{ kind: "logs", limit: 500 },
	{ kind: "errors", limit: 500 },
	{ kind: "marks", limit: 500 },
	{ kind: "series", limit: 500 },
	{ kind: "samples", selectors: ["up"], range: "1h", points: 1000 },
];

const series = { type: "series", seq: 1, series: [{ id: 0, name: "up", type: "gauge" }] };
const tick = { type: "tick", seq: 3, at: START, ids: [0], values: [1] };
const workers = { type: "state", seq: 2, at: START, workers: { set: [{ id: "worker-1", status: "running" }] } };

/** A cluster with something in it; frame 3 is next. */
function rig(): Rig {
	const rig = new Rig();
	expect(rig.push(hello(), series, workers).at(-1)).toEqual({ type: "ack", seq: 2 });
	return rig;
}

/** All answers, without the counts of refused frames, and without the instant at which a push first had the health judged. */
function contents(rig: Rig): unknown {
	const { answers } = wholly(rig.cluster.reader.view(QUERIES));
	const { position: _, intake: __, since: ___, ...view } = (answers[0] as { view: ClusterView }).view;
	return [view, ...answers.slice(1)];
}

describe("D4: an invalid frame is refused by its number and the rest is applied", () => {
	test.each<[string, object | string, string, RegExp]>([
		["an unknown type", { type: "dance", seq: 3 }, "invalid", /dance/],
		["a missing field", { type: "tick", seq: 3, ids: [0], values: [1] }, "invalid", /at/],
		["a wrong type", { ...tick, values: ["1"] }, "invalid", /values\.0/],
		["NaN, as JSON has it", { ...tick, values: [Number.NaN] }, "invalid", /values\.0/],
		["infinity", '{"type":"tick","seq":3,"at":1,"ids":[0],"values":[1e999]}', "invalid", /Infinity/],
		["more ids than values", { ...tick, ids: [0, 0] }, "invalid", /as many values as ids/],
		["a series that was never announced", { ...tick, ids: [0, 7], values: [1, 1] }, "unknown-series", /id 7/],
		["a tick from the far past", { ...tick, at: START - LIMITS.pastMs - 1 }, "instant", /behind/],
		["a tick from the future", { ...tick, at: START + LIMITS.futureMs + 1 }, "instant", /ahead/],
		["a tick from 1970", { ...tick, at: 0 }, "instant", /1970/],
		[
			"a name that is too long",
			{ type: "state", seq: 3, at: START, workers: { set: [{ id: "x".repeat(201), status: "idle" }] } },
			"invalid",
			/id/,
		],
		[
			"a status nobody knows",
			{ type: "state", seq: 3, at: START, workers: { set: [{ id: "x", status: "dancing" }] } },
			"invalid",
			/status/,
		],
		["a metric name with odd characters", { type: "series", seq: 3, series: [{ id: 1, name: "a b", type: "gauge" }] }, "invalid", /name/],
		[
			"a series id that already means another",
			{ type: "series", seq: 3, series: [{ id: 0, name: "down", type: "gauge" }] },
			"invalid",
			/id 0/,
		],
		[
			"two series under one id",
			{
				type: "series",
				seq: 3,
				series: [
					{ id: 1, name: "a", type: "gauge" },
					{ id: 1, name: "b", type: "gauge" },
				],
			},
			"invalid",
			/id 1/,
		],
		["a gap that ends before it begins", { type: "gap", seq: 3, first: 4, samples: 0, events: 0, from: 0, until: 0 }, "invalid", /gap/],
		[
			"a page under a reserved name",
			{ type: "layout", seq: 3, layout: { widgets: [], pages: [{ name: "api", title: "x", widgets: [] }] } },
			"invalid",
			/page name/,
		],
	])("%s", (_, frame, kind, words) => {
		const cluster = rig();
		const before = contents(cluster);
		const answer = cluster.push(hello(), frame);
		expect(answer).toEqual([
			expect.objectContaining({ type: "welcome", lastSeq: 2 }),
			{ type: "error", kind, seq: 3, fatal: false, detail: expect.stringMatching(words) },
			{ type: "ack", seq: 3 },
		]);
		expect(contents(cluster)).toEqual(before);
		expect(cluster.ask({ kind: "cluster" }).view.intake).toMatchObject({ refused: 1 });
		// It is not asked for again, here or after a restart.
		cluster.restart();
		expect(cluster.push(hello(), { ...tick, seq: 4 })).toEqual([expect.objectContaining({ lastSeq: 3 }), { type: "ack", seq: 4 }]);
		expect(cluster.ask({ kind: "cluster" }).view.intake).toMatchObject({ refused: 1 });
	});
});

describe("a line without a number is refused and takes none", () => {
	test.each([
		["not JSON", "{]"],
		["no object", "17"],
		["an array", "[]"],
		["null", "null"],
		["no seq", { type: "tick", at: START, ids: [], values: [] }],
		["seq 0", { ...tick, seq: 0 }],
		["half a seq", { ...tick, seq: 3.5 }],
		["seq as text", { ...tick, seq: "3" }],
		["a second hello", hello()],
	])("%s", (_, line) => {
		const cluster = rig();
		const before = contents(cluster);
		const answer = cluster.push(hello(), line);
		expect(answer).toEqual([
			expect.objectContaining({ type: "welcome", lastSeq: 2 }),
			{ type: "error", kind: "invalid", fatal: false, detail: expect.any(String) },
		]);
		expect(contents(cluster)).toEqual(before);
		expect(cluster.push(hello(), line, tick).at(-1)).toEqual({ type: "ack", seq: 3 });
		expect(cluster.ask({ kind: "cluster" }).view.intake.refused).toBe(2);
	});
});

describe("a link ends", () => {
	test("an earlier run", () => {
		const cluster = rig();
		cluster.push(hello({ epoch: 2 }));
		const { position } = cluster;
		for (const more of [[], [tick]])
			expect(cluster.push(hello(), ...more)).toEqual([
				expect.objectContaining({ kind: "superseded", fatal: true, detail: expect.stringContaining("later run 2") }),
			]);
		expect(cluster.position).toBe(position);
	});

	test.each<[string, (object | string)[], string, RegExp]>([
		["no hello", [tick], "no-hello", /hello/],
		["nothing at all", [""], "no-hello", /hello/],
		["a later protocol", [{ ...hello(), protocol: PROTOCOL_VERSION + 1, colony: 5 }], "protocol", /update the dashboard/],
		["an ancient protocol", [{ ...hello(), protocol: 0 }], "protocol", /update the bridge/],
		["a hello without a bridge", [{ ...hello(), bridge: undefined }], "invalid", /bridge/],
		["an interval of nothing", [{ ...hello(), intervalMs: 0 }], "invalid", /intervalMs/],
		["a jump", [hello(), { ...tick, seq: 5 }, { ...tick, seq: 6 }], "sequence", /3 is next/],
		["a gap that jumps", [hello(), { type: "gap", seq: 9, first: 5, samples: 1, events: 1, from: 0, until: 0 }], "sequence", /3 is next/],
		["a gap that is wrong", [hello(), { type: "gap", seq: 9, first: 2, samples: -1, events: 1, from: 0, until: 0 }], "invalid", /samples/],
		["a huge push", [hello(), { ...tick, padding: "x".repeat(LIMITS.pushBytes) }], "too-large", /1000000 bytes/],
		["a push huge in UTF-8 alone", [hello(), { ...tick, padding: "€".repeat(LIMITS.pushBytes / 3) }], "too-large", /1000000 bytes/],
	])("%s", (_, frames, kind, words) => {
		const cluster = rig();
		const before = contents(cluster);
		const { position } = cluster;
		const answer = cluster.push(...frames);
		expect(answer.at(-1)).toEqual(expect.objectContaining({ type: "error", kind, fatal: true, detail: expect.stringMatching(words) }));
		expect(answer.filter(({ type }) => type === "ack")).toEqual([]);
		expect(contents(cluster)).toEqual(before);
		expect(cluster.position).toBe(position);
		expect(cluster.push(hello(), tick).at(-1)).toEqual({ type: "ack", seq: 3 });
	});

	test("over a socket it is closed", () => {
		const cluster = rig();
		const bridge = new Line(cluster, "bridge");
		bridge.say(tick);
		expect(bridge.take()).toEqual([expect.objectContaining({ type: "error", kind: "no-hello", fatal: true })]);
		expect(bridge.closedWith).toBe(1008);
	});

	test("D3: frames before a jump are applied", () => {
		const cluster = rig();
		const answer = cluster.push(hello(), tick, { ...tick, seq: 5 });
		expect(answer.slice(1)).toEqual([{ type: "ack", seq: 3 }, expect.objectContaining({ kind: "sequence", seq: 5, fatal: true })]);
	});

	test("one bridge cannot push as another on the same link", () => {
		const bridge = new Line(rig(), "bridge");
		bridge.say(hello());
		bridge.take();
		bridge.say(hello({ bridge: "other" }));
		expect(bridge.take()).toEqual([expect.objectContaining({ kind: "invalid", fatal: true })]);
	});
});

test("a push that is wrong throughout is answered shortly", () => {
	const cluster = rig();
	const answer = cluster.push(hello(), ...Array.from({ length: 5000 }, (_, i) => ({ type: "dance", seq: 3 + i })));
	expect(answer.length).toBeLessThan(30);
	expect(answer.at(-1)).toEqual({ type: "ack", seq: 5002 });
	expect(JSON.stringify(answer)).toContain("4980 more");
	expect(cluster.ask({ kind: "cluster" }).view.intake.refused).toBe(5000);
});

test("an error does not send back what it was sent", () => {
	const cluster = rig();
	const answer = cluster.push(hello(), { type: "state", seq: 3, at: START, workers: { set: [{ id: "w", status: "x".repeat(900_000) }] } });
	expect(answer[1]).toMatchObject({ type: "error", seq: 3, detail: expect.stringContaining("status") });
	expect(JSON.stringify(answer).length).toBeLessThan(2_000);
});

test("a series past the limit is named; it alone is left out", () => {
	const cluster = new Rig({ history: { activeSeries: 2 } });
	const announced = ["a", "b", "c", "d"].map((name, id) => ({ id, name, type: "gauge" }));
	const answer = cluster.push(
		hello(),
		{ type: "series", seq: 1, series: announced },
		{ type: "tick", seq: 2, at: START, ids: [0, 1, 2, 3], values: [1, 2, 3, 4] },
	);
	expect(answer.slice(1)).toEqual([
		expect.objectContaining({ type: "error", kind: "limit", seq: 1, fatal: false, detail: expect.stringMatching(/\bc\b.*1 more/) }),
		{ type: "ack", seq: 2 },
	]);
	const rows = () => cluster.ask({ kind: "series", limit: 10 }).rows.map(({ id, value }) => [id, value]);
	expect(rows()).toEqual([
		["a", 1],
		["b", 2],
	]);
	cluster.restart();
	expect(rows()).toEqual([
		["a", 1],
		["b", 2],
	]);
	expect(cluster.push(hello(), { type: "tick", seq: 3, at: START + 1, ids: [0, 3], values: [5, 6] }).at(-1)).toEqual({
		type: "ack",
		seq: 3,
	});
	expect(rows()[0]).toEqual(["a", 5]);
});

test("a push that the log cannot hold, written out, is refused", () => {
	const cluster = rig();
	const before = contents(cluster);
	const values = Array.from({ length: 20_000 }, () => 1e20);
	const frames = Array.from({ length: 8 }, (_, i) => ({ ...tick, seq: 3 + i, ids: values.map(() => 0) }));
	const text = frames.map((frame) =>
		JSON.stringify({ ...frame, values: [] }).replace('"values":[]', `"values":[${values.map(() => "1e20")}]`),
	);
	const answer = cluster.push(hello(), ...text);
	expect(answer.at(-1)).toMatchObject({ kind: "too-large", fatal: true });
	expect(contents(cluster)).toEqual(before);
	expect(cluster.push(hello(), tick).at(-1)).toEqual({ type: "ack", seq: 3 });
});
