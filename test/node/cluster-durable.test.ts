/** Acknowledged frames are stored, whatever happens to the memory, the disk or the process. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ClusterState } from "../../durable/state/cluster-state.ts";
import { wholly } from "../../durable/work/work.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { hello, Line, Rig, START, Watcher } from "./cluster-rig.ts";

const folders: string[] = [];
function file(): string {
	const folder = mkdtempSync(join(tmpdir(), "cluster-"));
	folders.push(folder);
	return join(folder, "cluster.sqlite");
}
afterEach(() => {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
	vi.restoreAllMocks();
});

const worker = (seq: number, padding = 0) => ({
	type: "state",
	seq,
	at: START,
	workers: { set: [{ id: `worker-${seq}`, status: "idle", message: "x".repeat(padding) }] },
});
const workers = (rig: Rig) => rig.ask({ kind: "workers", limit: 500 }).rows.map(({ id }) => id);

describe("a write that fails", () => {
	test("C1: is rolled back for viewers too, and the bridge sends the push again", () => {
		vi.spyOn(console, "error").mockImplementation(() => {});
		const rig = new Rig();
		const bridge = new Line(rig, "bridge");
		const viewer = new Watcher(rig, [{ kind: "workers", limit: 10 }]);
		bridge.say(hello(), worker(1));
		bridge.take();
		// The disk is full, for SQLite as for everybody.
		rig.sql.run("PRAGMA max_page_count = 1");
		bridge.say(worker(2, 8000), worker(3, 8000), worker(4, 8000));
		expect(bridge.take()).toEqual([expect.objectContaining({ type: "error", kind: "internal", fatal: true })]);
		expect([bridge.closedWith, viewer.closedWith]).toEqual([1012, 1012]);
		expect(workers(rig)).toEqual(["worker-1"]);
		expect(rig.push(hello(), worker(2, 8000)).at(-1)).toMatchObject({ kind: "internal", fatal: true });
		rig.sql.run("PRAGMA max_page_count = 100000");
		// A disk that took nothing is left alone for a moment.
		rig.pass(5_000);
		const again = new Line(rig, "bridge");
		again.say(hello());
		expect(again.take()).toEqual([expect.objectContaining({ type: "welcome", lastSeq: 1 }), { type: "viewers", count: 1 }]);
		again.say(worker(2), worker(3), worker(4));
		expect(again.take()).toEqual([{ type: "ack", seq: 4 }]);
		rig.restart();
		expect(workers(rig)).toEqual(["worker-1", "worker-2", "worker-3", "worker-4"]);
	});
});

describe("a file", () => {
	test("brings the cluster back in another process's place", () => {
		const path = file();
		const rig = new Rig({}, openNodeSql(path));
		for (let seq = 1; seq <= 300; seq++) rig.push(hello(), worker(seq));
		const before = wholly(rig.cluster.reader.view([{ kind: "cluster" }, { kind: "workers", limit: 500 }]));
		rig.sql.close();
		const after = new Rig({}, openNodeSql(path));
		expect(wholly(after.cluster.reader.view([{ kind: "cluster" }, { kind: "workers", limit: 500 }]))).toEqual(before);
		after.sql.close();
	});

	test("is opened by one process at a time, and another gets an error that says so", () => {
		const path = file();
		const rig = new Rig({}, openNodeSql(path));
		rig.push(hello(), worker(1));
		expect(() => openNodeSql(path)).toThrow(/another process holds it/);
		rig.sql.close();
	});

	test("that cannot be opened is named in the error, with what to do", () => {
		expect(() => openNodeSql(join(file(), "..", ".."))).toThrow(/the database "[^"]+" cannot be opened .*: check that/);
	});

	test("is not made by reading", () => {
		const path = file();
		const rig = new Rig({}, openNodeSql(path));
		expect(wholly(rig.cluster.reader.page("overview")).position).toBe(0);
		rig.sql.close();
		expect(() => rmSync(path)).toThrow(/ENOENT/);
	});
});

test("a keyframe larger than a row is stored in parts and restored whole", () => {
	const rig = new Rig({ keyframes: { soonest: 2, latest: 3 } });
	const text = "ä€😀".repeat(600);
	for (let seq = 1; seq <= 9; seq++) {
		const set = Array.from({ length: 100 }, (_, i) => ({ id: `worker-${seq}-${i}`, status: "idle", message: text }));
		expect(rig.push(hello(), { type: "state", seq, at: START, workers: { set } }).at(-1)).toEqual({ type: "ack", seq });
	}
	expect(rig.sql.all("SELECT count(*) AS n FROM keyframe")[0]?.n).toBeGreaterThan(5);
	const before = wholly(rig.cluster.reader.view([{ kind: "workers", limit: 500 }]));
	rig.restart();
	expect(wholly(rig.cluster.reader.view([{ kind: "workers", limit: 500 }]))).toEqual(before);
});

test("a keyframe of a later release is read only if it declares this release compatible", () => {
	const stored = new ClusterState().store();
	expect(ClusterState.restore({ ...stored, format: 2, position: 7 })).toMatchObject({ position: 7 });
	expect(() => ClusterState.restore({ ...stored, format: 99, oldest: 99 })).toThrow(/format 99/);
});

test("C2, H3: a restart in the middle of a 10-minute block gives the same values", () => {
	const rig = new Rig({ keyframes: { soonest: 10, latest: 20 } });
	const ids = [0, 1, 2];
	const series = ids.map((id) => ({ id, name: "cpu_percent", labels: { worker: `worker-${id}` }, type: "gauge" }));
	rig.push(hello(), { type: "series", seq: 1, series });
	const samples = () => rig.ask({ kind: "samples", selectors: ['cpu_percent{worker="worker-1"}'], range: "1h", points: 5000 });
	for (let seq = 2; seq <= 400; seq++) {
		rig.pass(5000);
		const tick = { type: "tick", seq, at: rig.now, ids, values: ids.map((id) => Math.sin(seq * id) * 100) };
		// JSON has a negative zero, JSON.stringify has not.
		rig.push(hello(), seq % 7 === 0 ? JSON.stringify(tick).replace(/"values":.*]/, '"values":[-0,-0,-0]') : tick);
		if (seq % 37 !== 0) continue;
		const before = samples();
		rig.restart();
		expect(samples()).toEqual(before);
	}
	expect(samples().series[0]?.values).toHaveLength(399);
	expect(samples().series[0]?.values.filter((value) => Object.is(value, -0)).length).toBe(57);
});

test("H3: samples in one push with goodbye are kept, also after a restart", () => {
	const rig = new Rig();
	const series = [{ id: 0, name: "jobs_total", type: "counter" }];
	const tick = (seq: number) => ({ type: "tick", seq, at: rig.now - 1000 + seq, ids: [0], values: [seq] });
	rig.push(hello(), { type: "series", seq: 1, series }, tick(2));
	rig.push(hello(), tick(3), tick(4), { type: "goodbye", seq: 5 });
	const values = () => rig.ask({ kind: "samples", selectors: ["jobs_total"], range: "1h", points: 100 }).series[0]?.values;
	expect(values()).toEqual([2, 3, 4]);
	rig.restart();
	expect(values()).toEqual([2, 3, 4]);
});
