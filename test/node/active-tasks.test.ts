/** Tasks and streams as tables the cluster sorts and filters. */
import { describe, expect, test } from "vitest";
import { hello, Rig, START } from "./cluster-rig.ts";

const SECOND = 1000;

describe("tasks that have not ended", () => {
	const task = (id: string, queued: number, started?: number, more: object = {}) => ({
		id,
		name: id.startsWith("a") ? "wordCount" : "sortFiles",
		status: started === undefined ? "queued" : "running",
		queuedAt: START - queued * SECOND,
		...(started !== undefined && { startedAt: START - started * SECOND }),
		...more,
	});
	const rig = new Rig();
	const set = [task("a2", 9, 5, { worker: "w-2", progress: 0.5 }), task("b1", 20, 19, { worker: "w-10" }), task("a10", 3), task("b3", 30)];
	rig.push(hello(), { type: "state", seq: 1, at: START, tasks: { set }, queued: 500 });
	const ids = (more: object) => rig.ask({ kind: "tasks", limit: 100, ...more } as { kind: "tasks"; limit: 100 }).rows.map(({ id }) => id);

	test("are listed running first by default", () => {
		expect(ids({})).toEqual(["a2", "b1", "a10", "b3"]);
		expect(ids({ offset: 1, limit: 2 })).toEqual(["b1", "a10"]);
		expect(rig.ask({ kind: "tasks", limit: 100 }).total).toBe(502);
	});

	test("are sorted by a text, a number, elapsed or waiting time; tasks without a value are last", () => {
		expect(ids({ sort: "elapsed", descending: true })).toEqual(["b1", "a2", "a10", "b3"]);
		expect(ids({ sort: "elapsed" })).toEqual(["a2", "b1", "a10", "b3"]);
		expect(ids({ sort: "wait", descending: true })).toEqual(["b3", "a2", "a10", "b1"]);
		expect(ids({ sort: "worker" })).toEqual(["a2", "b1", "a10", "b3"]);
		expect(ids({ sort: "progress", descending: true })[0]).toBe("a2");
		expect(ids({ sort: "id" })).toEqual(["a2", "a10", "b1", "b3"]);
	});

	test("are filtered, and the answer counts all", () => {
		expect(ids({ filter: "wordcount status=queued" })).toEqual(["a10"]);
		expect(ids({ filter: "elapsed>10000" })).toEqual(["b1"]);
		expect(rig.ask({ kind: "tasks", limit: 1, filter: "sortfiles" })).toMatchObject({ total: 2, unfiltered: 502, rows: [{ id: "b1" }] });
		expect(rig.ask({ kind: "tasks", limit: 100, sort: "id" })).toMatchObject({ total: 502 });
	});
});

test("streams are sorted by back-pressure, late records and their newest checkpoint", () => {
	const rig = new Rig();
	const stream = (id: string, backPressured: number, late: number, endedAt?: number) => ({
		id,
		status: "running",
		operators: [{ id: "o", name: "map", subtasks: [{ id: "0", backPressured }] }],
		windows: { late },
		...(endedAt !== undefined && { checkpoint: { id: "1", status: "completed", endedAt } }),
	});
	const set = [stream("s1", 0.1, 5, START - 5), stream("s2", 0.9, 0), stream("s3", 0.4, 9, START - 1)];
	rig.push(hello(), { type: "state", seq: 1, at: START, streams: { set } });
	const ids = (sort: string) => rig.ask({ kind: "streams", limit: 100, sort, descending: true }).rows.map(({ id }) => id);
	expect(ids("backPressured")).toEqual(["s2", "s3", "s1"]);
	expect(ids("late")).toEqual(["s3", "s1", "s2"]);
	expect(ids("checkpoint")).toEqual(["s3", "s1", "s2"]);
});
