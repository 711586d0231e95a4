/**
 * Every stored format, pinned by its bytes: what is written today, and that what was written so is read. A change of these bytes makes what
 * is on disk unreadable, or unreadable for the release before: see `requireFormat`. A field that is added to a keyframe is optional, and its
 * absence is tested. Tables are pinned in `schema-steps.test.ts`, a whole
 * database in `stored-release.test.ts`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import type { Labels } from "../../colony-bridge/protocol/wire/names.ts";
import type { TaskEnd } from "../../colony-bridge/protocol/wire/state.ts";
import { Block, BlockWriter } from "../../durable/history/blocks/block.ts";
import { BucketBlock, BucketBlockWriter } from "../../durable/history/blocks/bucket-block.ts";
import { Dictionary } from "../../durable/history/index/dictionary.ts";
import { rollUp } from "../../durable/history/tiers/compaction.ts";
import { HISTORY, loadState, type State, saveState } from "../../durable/history/tiers/schema.ts";
import { decodeEntry, type Entry, encodeEntry } from "../../durable/log/entry.ts";
import { ClusterState } from "../../durable/state/cluster-state.ts";
import { reduce } from "../../durable/state/reduce.ts";
import { createPart } from "../../durable/storage/sql.ts";
import { NewerVersion } from "../../durable/storage/storage-fault.ts";
import { encodeBlock, Block as TaskBlock } from "../../durable/tasks/block.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { hello, Rig } from "./cluster-rig.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

const samples = (offsets: number[], values: number[]) => ({
	offsets: Uint32Array.from(offsets),
	values: Float64Array.from(values),
	length: values.length,
});

const ENTRIES: Entry[] = [
	{
		type: "push",
		at: 1000,
		bridge: "b",
		epoch: 2,
		hello: { type: "hello", protocol: 1, bridge: "b", epoch: 2, colony: "c", capabilities: ["restart"], intervalMs: 5000 },
		seq: 5,
		frames: [
			{ type: "series", seq: 1, series: [{ id: 0, number: 7, name: "cpu_percent", labels: { worker: "a" }, type: "gauge" }], leftOut: [9] },
			{ type: "tick", seq: 2, at: 900, ids: [0, 1, 2, 3, 9, 10], values: [1.5, -0, 3, 4, 5, 6] },
			{ type: "tick", seq: 3, at: 950, ids: [4, 8], values: [0, 1] },
			{ type: "state", seq: 4, at: 960, workers: { replace: true, set: [{ id: "a", status: "busy" }] } },
			{ type: "events", seq: 5, events: [{ type: "taskEnd", id: "t", name: "fold", status: "completed", worker: "a", endedAt: 970 }] },
		],
		refused: 1,
		repeats: 2,
		alarm: 16_000,
	},
	{ type: "own", at: 1100, widgets: [{ type: "html", id: "mine", html: "<p>" }] },
	{ type: "stale", at: 1200, bridge: "b", since: 1000 },
	{
		type: "command",
		at: 1300,
		id: "c1",
		command: { action: "restart", worker: "a" },
		bridge: "b",
		by: { name: "ann", role: "operator", via: "session" },
		key: "k",
		audit: 3,
		until: 31_300,
	},
	{ type: "delivered", at: 1400, bridge: "b", epoch: 2, ids: ["c1"], until: 61_400 },
	{ type: "command-end", at: 61_400, ids: ["c1"], end: "timed-out" },
	{ type: "forget", at: 70_000, bridge: "b" },
] as Entry[];

const HISTORY_STATE: State = {
	flushedBefore: 3,
	compactedBefore: 1,
	dailyBefore: 0,
	blocks10m: [{ index: 2, slot: 0, firsts: [0, 64] }],
	beginnings: [{ index: 3, position: 40 }],
} as unknown as State;

const ENDS: TaskEnd[] = [
	{ id: "task-1", name: "fold", kind: "map", status: "completed", worker: "a", queuedAt: 10, startedAt: 20, endedAt: 35 },
	{
		id: "task-2",
		name: "fold",
		status: "failed",
		worker: "b",
		attempt: 2,
		parent: "task-1",
		endedAt: 40,
		error: { type: "E", message: "no", stack: "at x" },
	},
	{ id: "other", name: "read", status: "cancelled", endedAt: 50 },
];

function blockOfSamples(): Uint8Array {
	const writer = new BlockWriter();
	writer.add({ series: 3, ...samples([5000, 10_000, 15_000], [1.5, 2.5, 2.5]) });
	writer.add({ series: 70, ...samples([10_000, 15_000], [7, 7]) });
	writer.add({ series: 71, ...samples([5000, 10_000, 15_000], [0.1, Math.PI, -0]) });
	return writer.bytes();
}

function blockOfBuckets(): Uint8Array {
	const writer = new BucketBlockWriter(0, 60_000, 120);
	writer.add(3, rollUp({ base: 0, ...samples([5000, 10_000, 65_000], [1, 2, 4]) }, 60_000, true, undefined));
	writer.add(4, rollUp({ base: 0, ...samples([5000, 10_000, 65_000], [0.5, Math.PI, 4]) }, 60_000, false, undefined));
	return writer.bytes();
}

function database() {
	const sql = openNodeSql(":memory:");
	sql.transaction(() => createPart(sql, HISTORY));
	return sql;
}

function historyState(): string {
	const sql = database();
	saveState(sql, HISTORY_STATE);
	return String(sql.all("SELECT state FROM history_state")[0]?.state);
}

function seriesRow(): string {
	const sql = database();
	const series = new Dictionary();
	series.put({ name: "cpu_percent", labels: { worker: "a" } as Labels, type: "gauge", unit: "percent" });
	series.put({ name: "up", type: "counter" });
	series.write(sql);
	return String(sql.all("SELECT definitions FROM history_series")[0]?.definitions);
}

function keyframe(): string {
	const state = new ClusterState();
	for (const entry of ENTRIES.slice(0, 5)) reduce(state, structuredClone(entry));
	return JSON.stringify(state.store());
}

const WRITTEN = {
	entries: ENTRIES.map(encodeEntry),
	keyframe: keyframe(),
	history: historyState(),
	series: seriesRow(),
	samples: hex(blockOfSamples()),
	buckets: hex(blockOfBuckets()),
	tasks: hex(encodeBlock(ENDS.map((end, i) => ({ number: i + 1, end })))),
};

/** `RECORD_RELEASE=first npx vitest run ... stored-formats` writes them anew; never after the first release. */
const FILE = new URL("./releases/formats.json", import.meta.url);
if (process.env.RECORD_RELEASE === "first") writeFileSync(FILE, `${JSON.stringify(WRITTEN, null, "\t")}\n`);
const GOLDEN = JSON.parse(readFileSync(FILE, "utf8")) as typeof WRITTEN;

test.each(Object.keys(WRITTEN) as (keyof typeof WRITTEN)[])("%s are written as pinned", (name) => {
	expect(WRITTEN[name]).toEqual(GOLDEN[name]);
});

describe("pinned bytes are read:", () => {
	test("log entries", () => expect(GOLDEN.entries.map(decodeEntry)).toEqual(ENTRIES));

	test("a keyframe", () => {
		const state = ClusterState.restore(JSON.parse(GOLDEN.keyframe));
		expect(state.workers.get("a")?.value).toEqual({ id: "a", status: "busy" });
		expect(JSON.stringify(state.store())).toBe(GOLDEN.keyframe);
	});

	test("the state of the history", () => {
		const sql = database();
		sql.run("INSERT INTO history_state (id, state) VALUES (1, ?)", GOLDEN.history);
		expect(loadState(sql)).toEqual(HISTORY_STATE);
	});

	test("a row of series", () => {
		const sql = database();
		sql.run("INSERT INTO history_series (part, definitions) VALUES (0, ?)", GOLDEN.series);
		const series = new Dictionary();
		series.load(sql);
		expect(series.get(0)).toEqual({ name: "cpu_percent", labels: { worker: "a" }, type: "gauge", unit: "percent" });
		expect(series.match("up", {})).toEqual([1]);
	});

	test("a block of samples", () => {
		const block = new Block(bytes(GOLDEN.samples));
		expect([...block.series]).toEqual([3, 70, 71]);
		const read = [0, 1, 2].map((place) => {
			const { offsets, values, length } = block.chunk(place, 0);
			return Array.from({ length }, (_, i) => [offsets[i], values[i]]);
		});
		expect(read).toEqual([
			[
				[5000, 1.5],
				[10_000, 2.5],
				[15_000, 2.5],
			],
			[
				[10_000, 7],
				[15_000, 7],
			],
			[
				[5000, 0.1],
				[10_000, Math.PI],
				[15_000, -0],
			],
		]);
	});

	test("a block of buckets", () => {
		const block = new BucketBlock(bytes(GOLDEN.buckets));
		const read = [0, 1].map((place) => {
			const { ends, count, sum, min, max, last, increase } = block.chunk(place, 0);
			return [ends, count, sum, min, max, last, increase].map((column) => [...column]);
		});
		expect(read).toEqual([
			[
				[60_000, 120_000],
				[2, 1],
				[3, 4],
				[1, 4],
				[2, 4],
				[2, 4],
				[1, 2],
			],
			[
				[60_000, 120_000],
				[2, 1],
				[0.5 + Math.PI, 4],
				[0.5, 4],
				[Math.PI, 4],
				[Math.PI, 4],
				[Number.NaN, Number.NaN],
			],
		]);
	});

	test("a block of completed tasks", () => {
		const block = new TaskBlock(bytes(GOLDEN.tasks), ENDS.length);
		expect(ENDS.map((_, i) => block.end(i))).toEqual(ENDS);
	});
});

describe("a format of a later release is refused by its name:", () => {
	const later = (text: string) => text.replace('"format":1', '"format":2').replace('"oldest":1', '"oldest":2');
	const refused = (read: () => unknown, what: string) => {
		expect(read).toThrow(NewerVersion);
		expect(read).toThrow(`${what} was written by a newer version (format 2, this one knows 1)`);
	};

	test("a log entry", () => refused(() => decodeEntry(later(GOLDEN.entries[0] ?? "")), "an entry of the log"));
	test("a keyframe", () => refused(() => ClusterState.restore(JSON.parse(later(GOLDEN.keyframe))), "keyframe 5"));
	test("a keyframe whose fields were only added is read", () => {
		expect(ClusterState.restore({ ...JSON.parse(GOLDEN.keyframe), format: 2, more: 1 }).position).toBe(5);
	});
	test("the state of the history", () => {
		const sql = database();
		sql.run("INSERT INTO history_state (id, state) VALUES (1, ?)", later(GOLDEN.history));
		refused(() => loadState(sql), "the state of the history");
	});
	test("blocks", () => {
		const newer = (text: string) => bytes(text.replace(/^01/, "02"));
		refused(() => new Block(newer(GOLDEN.samples)), "a block of samples");
		refused(() => new BucketBlock(newer(GOLDEN.buckets)), "a block of buckets");
		refused(() => new TaskBlock(newer(GOLDEN.tasks), 3), "a block of completed tasks");
	});
	test("and bytes without a format are damaged", () =>
		expect(() => decodeEntry('{"type":"stale"}')).toThrow("has the unknown format undefined"));
});

test("a log with an entry of a later release is not opened: nothing is left out", () => {
	const rig = new Rig();
	rig.push(hello(), { type: "state", seq: 1, at: rig.now, workers: { set: [{ id: "a", status: "idle" }] } });
	rig.sql.run("UPDATE log SET entry = replace(entry, '\"format\":1', '\"format\":2')");
	const errors = vi.spyOn(console, "error").mockImplementation(() => {});
	rig.restart();
	expect(() => rig.position).toThrow(/an entry of the log was written by a newer version .*: deploy that version/);
	errors.mockRestore();
});
