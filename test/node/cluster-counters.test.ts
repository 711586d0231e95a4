/** A colony that is only scraped: tasks by its counters, and aggregations across series. */
import { describe, expect, test } from "vitest";
import type { UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { hello, Rig } from "./cluster-rig.ts";

type Said = { name: string; labels?: Record<string, string>; value: number };

/** A colony that says these numbers, three times. */
function colony(said: readonly Said[], ...more: UpFrame[]): Rig {
	const rig = new Rig();
	const series = said.map(({ name, labels = {} }, id) => ({ id, name, labels, type: "gauge" as const }));
	rig.cluster.push([hello(), { type: "series", seq: 1, series }].map((frame) => JSON.stringify(frame)).join("\n"));
	for (let seq = 2; seq <= 4; seq++) {
		rig.pass(5_000);
		const tick = { type: "tick", seq, at: rig.now, ids: said.map((_, id) => id), values: said.map(({ value }) => value) };
		rig.cluster.push([hello(), tick].map((frame) => JSON.stringify(frame)).join("\n"));
	}
	if (more.length > 0) rig.cluster.push([hello(), ...more].map((frame) => JSON.stringify(frame)).join("\n"));
	return rig;
}
const tasks = (rig: Rig) => rig.ask({ kind: "cluster" }).view.tasks;
const of = (rig: Rig, selector: string, fold: "avg" | "each" = "avg") =>
	rig.ask({ kind: "metrics", selectors: [selector], range: "1m", points: 12, fold }).series.map((column) => column.across);

describe("tasks by their counters", () => {
	test("all series of a name together, while no completed task was reported", () => {
		const said = [
			{ name: "tasks_completed", labels: { worker: "a" }, value: 40 },
			{ name: "tasks_completed", labels: { worker: "b" }, value: 2 },
			{ name: "tasks_failed", value: 3 },
			{ name: "tasks_total", value: 99 },
		];
		expect(tasks(colony(said))).toMatchObject({ completed: 0, counters: { completed: 42, failed: 3 } });
		const end: UpFrame = {
			type: "events",
			seq: 5,
			events: [{ type: "taskEnd", id: "t", name: "t", status: "completed", endedAt: Date.UTC(2026, 0, 1) }],
		};
		const told = tasks(colony(said, end));
		expect(told.completed).toBe(1);
		expect(told).not.toHaveProperty("counters");
	});

	test("failed tasks are subtracted from a total; without counters there is no count", () => {
		const total = { name: "tasks_total", value: 50 };
		expect(tasks(colony([total])).counters).toEqual({ completed: 50 });
		expect(tasks(colony([total, { name: "tasks_failed", value: 8 }])).counters).toEqual({ completed: 42, failed: 8 });
		expect(tasks(colony([{ name: "cpu_percent", value: 8 }]))).not.toHaveProperty("counters");
	});
});

test("an aggregate has the number of its series and their common labels", () => {
	const rig = colony([
		{ name: "cpu_percent", labels: { worker: "a", job: "x" }, value: 1 },
		{ name: "cpu_percent", labels: { worker: "b" }, value: 2 },
		{ name: "memory_mb", value: 3 },
	]);
	expect(of(rig, "cpu_percent")).toEqual([{ fold: "avg", series: 2, labels: ["worker"] }]);
	expect(of(rig, 'cpu_percent{worker="a"}')).toEqual([{ fold: "avg", series: 1, labels: ["job", "worker"] }]);
	expect(of(rig, "memory_mb")).toEqual([{ fold: "avg", series: 1, labels: [] }]);
	expect(of(rig, "cpu_percent", "each")).toEqual([undefined, undefined]);
	// A third comes, without a worker.
	const series = { type: "series", seq: 5, series: [{ id: 3, name: "cpu_percent", labels: {}, type: "gauge" }] };
	const tick = { type: "tick", seq: 6, at: rig.now, ids: [3], values: [9] };
	rig.cluster.push([hello(), series, tick].map((frame) => JSON.stringify(frame)).join("\n"));
	expect(of(rig, "cpu_percent")).toEqual([{ fold: "avg", series: 3, labels: [] }]);
});

test("a value that no longer arrives while others do has the time since; one with a longer interval does not", () => {
	const series = ["now", "renamed", "slow"].map((name, id) => ({ id, name, labels: { worker: "a" }, type: "gauge" as const }));
	const rig = new Rig();
	const push = (...frames: object[]) => rig.cluster.push([hello(), ...frames].map((frame) => JSON.stringify(frame)).join("\n"));
	push({ type: "series", seq: 1, series }, { type: "state", seq: 2, at: rig.now, workers: { set: [{ id: "a", status: "idle" }] } });
	const begin = rig.now;
	for (let beat = 0; beat < 40; beat++) {
		const ids = [0, ...(beat < 10 ? [1] : []), ...(beat % 12 === 0 ? [2] : [])];
		push({ type: "tick", seq: 3 + beat, at: rig.now, ids, values: ids.map(() => beat) });
		rig.pass(5_000);
	}
	const [row] = rig.ask({ kind: "workers", limit: 10 }).rows;
	expect(row).toMatchObject({ values: { now: 39, renamed: 9, slow: 36 }, stale: { renamed: begin + 9 * 5_000 } });
	expect(Object.keys(row?.stale ?? {})).toEqual(["renamed"]);
});
