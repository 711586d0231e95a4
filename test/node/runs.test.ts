/** Runs of a colony: what begins one, what ends it, and what is counted in it. */
import { beforeEach, expect, test } from "vitest";
import type { RunRow } from "../../colony-bridge/protocol/query/run-rows.ts";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { hello, Rig } from "./cluster-rig.ts";

let rig: Rig;
let seq: number;
beforeEach(() => {
	rig = new Rig();
	seq = 0;
});

const runs = () => rig.ask<"runs">({ kind: "runs", limit: 10 }).rows;
const report = (fields: object = {}, ...events: object[]) => {
	rig.now += 5_000;
	const workers = {
		set: [
			{ id: "a", status: "busy" },
			{ id: "b", status: "idle" },
		],
	};
	rig.push(
		{ ...hello(), ...fields },
		{ type: "state", seq: ++seq, at: rig.now, workers },
		...(events.length > 0 ? [{ type: "events", seq: ++seq, events }] : []),
	);
};
const task = (id: string, fields: object = {}) => ({
	type: "taskEnd",
	id,
	name: "count",
	status: "completed",
	endedAt: rig.now,
	...fields,
});

test("a run counts what ended in it, and has its first error", () => {
	const began = rig.now;
	report();
	report({}, task("1"), task("2", { status: "failed", error: { message: "disk full" } }), task("3", { attempt: 2 }));
	report({}, task("4", { status: "failed", error: { message: "another" } }));
	expect(runs()).toEqual([
		{
			id: "1",
			bridge: "bridge-1",
			colony: "production",
			began: began + 5_000,
			reported: began + 5_000,
			completed: 2,
			failed: 2,
			cancelled: 0,
			no_result: 0,
			retries: 1,
			workers: 2,
			firstError: { at: began + 5_000, text: "count: disk full" },
		} satisfies RunRow,
	]);
});

test("a goodbye ends it, and who comes back begins another", () => {
	report();
	rig.push(hello(), { type: "goodbye", seq: ++seq });
	expect(runs()).toMatchObject([{ id: "1", end: "stopped", ended: rig.now }]);
	seq = 0;
	report({ epoch: 2 });
	expect(runs()).toMatchObject([{ id: "2" }, { id: "1", end: "stopped" }]);
	expect(runs()[0]).not.toHaveProperty("end");
});

test("a silence ends it as of the last word, until it is heard again", () => {
	report();
	const heard = rig.now;
	rig.pass(3_600_000);
	rig.cluster.alarm();
	expect(runs()).toMatchObject([{ id: "1", end: "silent", ended: heard }]);
	report();
	expect(runs()).toHaveLength(1);
	expect(runs()[0]).not.toHaveProperty("end");
});

test("another process of its name ends it as replaced, also after a silence; a reconnect does not", () => {
	report({ started: 1_000 });
	report({ started: 1_000 });
	expect(runs()).toHaveLength(1);
	const heard = rig.now;
	rig.pass(3_600_000);
	rig.cluster.alarm();
	report({ started: 2_000 });
	expect(runs()).toMatchObject([
		{ id: "2", began: 2_000 },
		{ id: "1", end: "replaced", ended: heard },
	]);
});

test("all of it comes back after a restart, and the newest 200 that ended are kept of however many", () => {
	for (let epoch = 1; epoch <= 230; epoch++) {
		seq = 0;
		report({ epoch });
	}
	const before = rig.ask<"runs">({ kind: "runs", limit: 500 });
	expect(before).toMatchObject({ total: 201, overall: 230 });
	rig.restart();
	expect(rig.ask<"runs">({ kind: "runs", limit: 500 })).toEqual(before);
});

test("the tasks of a run by name are those that ended in it, also after others; beside another run what moved most comes first", () => {
	const took = (id: string, name: string, ms: number, fields: object = {}) => task(id, { name, startedAt: rig.now - ms, ...fields });
	const byName = (run: string, other?: string) =>
		rig.ask<"runTasks">({ kind: "runTasks", limit: 10, run, ...(other !== undefined && { with: other }) });
	report();
	for (let i = 0; i < 20; i++) report({}, took(`a${i}`, "fold", 100), took(`b${i}`, "read", 1_000));
	report({}, took("c", "fold", 100, { status: "failed", error: { message: "full" } }));
	const first = byName("1");
	expect(first.rows.map(({ id, completed, failed }) => [id, completed, failed])).toEqual([
		["fold", 20, 1],
		["read", 20, 0],
	]);
	seq = 0;
	for (let i = 0; i < 20; i++) report({ epoch: 2 }, took(`d${i}`, "fold", 400), took(`e${i}`, "read", 1_010));
	const [second] = runs();
	expect(second?.id).not.toBe("1");
	expect(byName("1").rows.map(({ id, completed }) => [id, completed])).toEqual(first.rows.map(({ id, completed }) => [id, completed]));
	const beside = byName(second?.id ?? "", "1").rows;
	expect(beside[0]).toMatchObject({ id: "fold", with: { completed: 20, failed: 1 } });
	expect((beside[0]?.p95Ms ?? 0) / (beside[0]?.with?.p95Ms ?? 1)).toBeCloseTo(4, 0);
	rig.restart();
	expect(byName(second?.id ?? "", "1").rows).toEqual(beside);
	expect(byName("77").refused).toMatch(/no run 77/);
});

test("of a run whose states are no longer kept as they were, the tasks by name are refused, and never another run's", () => {
	rig = new Rig({ log: { entries: 20 }, keyframes: { soonest: 5, latest: 10 } });
	for (let epoch = 1; epoch <= 6; epoch++) {
		seq = 0;
		for (let i = 0; i < 15; i++) report({ epoch }, task(`${epoch}-${i}`, { name: `name of ${epoch}` }));
	}
	const own = new Map(rig.ask<"runs">({ kind: "runs", limit: 10 }).rows.map((row) => [row.id, row.completed]));
	let refused = 0;
	for (const [id, completed] of own) {
		const { rows, refused: why } = rig.ask<"runTasks">({ kind: "runTasks", limit: 10, run: id });
		if (why !== undefined) {
			expect(why).toMatch(/no longer kept|no state is kept/);
			refused++;
		} else expect(rows.map(({ id: name, completed }) => [name, completed])).toEqual([[`name of ${id}`, completed]]);
	}
	expect(own.size).toBe(6);
	expect(refused).toBeLessThan(6);
});

test("the API says how many runs there ever were, once older ones are let go", async () => {
	const dashboard = new DashboardServer({ bridgeToken: "token" });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	try {
		const begin = async (epoch: number) => {
			const frames = [
				{ ...hello(), epoch },
				{ type: "state", seq: 1, at: Date.now(), queued: epoch },
			];
			const body = frames.map((frame) => JSON.stringify(frame)).join("\n");
			const answer = await fetch(`${dashboard.url}/api/bridge`, { method: "POST", headers: { authorization: "Bearer token" }, body });
			expect(answer.status).toBe(200);
		};
		const counts = async () => {
			const { headers } = await fetch(`${dashboard.url}/api/runs`);
			return [headers.get("total-count"), headers.get("overall-count")];
		};
		for (let epoch = 1; epoch <= 201; epoch++) await begin(epoch);
		expect(await counts()).toEqual(["201", null]);
		await begin(202);
		expect(await counts()).toEqual(["201", "202"]);
	} finally {
		await dashboard.stop();
	}
});
