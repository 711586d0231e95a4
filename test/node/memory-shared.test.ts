/** The memory budget as clusters share it, and the room that a removal makes. */
import { describe, expect, test } from "vitest";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { CLOSE } from "../../colony-bridge/protocol/wire/down.ts";
import { MemoryBudget } from "../../durable/cluster/memory-budget.ts";
import { hello, Rig, Watcher } from "./cluster-rig.ts";

const gauge = (id: number, name: string) => ({ id, name, type: "gauge" });
const errors = (frames: DownFrame[]) => frames.flatMap((frame) => (frame.type === "error" ? [frame] : []));

test("a full state has room at once when its workers were removed, after a restart too", { timeout: 60_000 }, () => {
	const rig = new Rig({ budget: new MemoryBudget(24) });
	let seq = 0;
	const push = (workers: object) => errors(rig.push(hello(), { type: "state", seq: ++seq, at: rig.now, workers }));
	const some = (from: number, count: number) =>
		Array.from({ length: count }, (_, i) => ({ id: `worker-${from + i}`, status: "idle", message: "m".repeat(7_000) }));
	const fill = () => {
		for (let from = 0; from < 2_000; from += 10) if (push({ set: some(from, 10) }).length > 0) return from;
		throw new Error("2,000 workers were taken");
	};
	const first = fill();
	expect(push({ set: some(5_000, 10) })).toHaveLength(1);
	expect(push({ replace: true, set: [] })).toEqual([]);
	expect(push({ set: some(5_000, 10) })).toEqual([]);
	// And no more than before.
	expect(fill()).toBeLessThanOrEqual(1.2 * first);
	rig.restart();
	expect(push({ set: some(9_000, 10) })).toHaveLength(1);
	expect(push({ replace: true, set: [] })).toEqual([]);
	expect(push({ set: some(9_000, 10) })).toEqual([]);
});

test("what a push takes is seen by the other clusters of the process at once", () => {
	const budget = new MemoryBudget(16);
	const series = Array.from({ length: 6_000 }, (_, id) => ({ id, name: `metric_with_a_name_of_its_own_${id}`, type: "gauge" }));
	const rigs: Rig[] = [];
	const refused = () => {
		const rig = new Rig({ budget }, undefined, `cluster-${rigs.length}`);
		rigs.push(rig);
		return errors(rig.push(hello(), { type: "series", seq: 1, series })).length > 0;
	};
	while (rigs.length < 40 && !refused());
	expect(rigs.length).toBeLessThan(40);
	const bytes = rigs.flatMap((rig) => Object.values(rig.cluster.reader.bytes)).reduce((a, b) => a + b, 0);
	expect(bytes).toBeLessThan(16e6);
	expect(rigs[0]?.ask({ kind: "cluster" }).view.memory?.used).toBe(Math.round(bytes / 1e6));
});

test("a keyframe of a full state is no larger than a state may be, whatever came since the one before", { timeout: 60_000 }, () => {
	const megabytes = 24;
	const rig = new Rig({ budget: new MemoryBudget(megabytes) });
	const size = () =>
		rig.sql.all<{ n: number }>("SELECT sum(length(body)) n FROM keyframe GROUP BY part / 64 ORDER BY part DESC")[0]?.n ?? 0;
	let seq = 0;
	const refused = (of: (n: number) => object) => {
		for (let n = 0; n < 2_000; n++) {
			if (errors(rig.push(hello(), { type: "state", seq: ++seq, at: rig.now, ...of(n) })).length > 0) return;
		}
		throw new Error("all was taken");
	};
	refused((n) => ({ workers: { set: [{ id: `worker-${n}`, status: "idle", message: "m".repeat(8_000) }] } }));
	refused((n) => ({ checks: { set: [{ id: `check-${n}`, status: "ok", message: "m".repeat(200) }] } }));
	// A keyframe is due after a while, whatever comes.
	for (let n = 0; n < 1_000; n++) rig.push(hello(), { type: "tick", seq: ++seq, at: rig.now, ids: [], values: [] });
	expect(size()).toBeLessThan((megabytes * 1e6) / 6);
	expect(size()).toBeGreaterThan((megabytes * 1e6) / 12);
});

describe("series that are left out are counted until they are taken", () => {
	const told = (rig: Rig) => {
		const { refusedSeries, findings = [] } = rig.ask({ kind: "cluster" }).view;
		return [refusedSeries, findings.find(({ id }) => id === "series-refused")?.text];
	};
	const announce = (rig: Rig, bridge: string, names: string[]) => {
		const series = names.map((name, id) => gauge(id, name));
		const tick = { type: "tick", seq: 2, at: rig.now, ids: series.map(({ id }) => id), values: series.map(() => 1) };
		return rig.push(hello({ bridge }), { type: "series", seq: 1, series }, tick);
	};

	test("after a goodbye, once by however many bridges they are announced", () => {
		const rig = new Rig({ history: { activeSeries: 2 } });
		announce(rig, "stays", ["a", "b"]);
		for (const bridge of ["goes", "comes"]) announce(rig, bridge, ["c", "d"]);
		for (const bridge of ["goes", "comes"]) rig.push(hello({ bridge }), { type: "goodbye", seq: 3 });
		expect(told(rig)).toEqual([2, "2 series past the limits were left out: report fewer, or raise the limit"]);
		rig.pass(11 * 60_000);
		rig.push(hello({ bridge: "stays" }), { type: "tick", seq: 3, at: rig.now, ids: [0], values: [1] });
		expect(errors(announce(rig, "takes", ["c"]))).toEqual([]);
		expect(told(rig)).toEqual([1, "1 series past the limits was left out: report fewer, or raise the limit"]);
		expect(errors(announce(rig, "more", ["d"]))).toHaveLength(1);
		expect(told(rig)).toEqual([1, "1 series past the limits is left out: report fewer, or raise the limit"]);
		rig.cluster.erase(false);
		expect(told(rig)).toEqual([undefined, undefined]);
	});

	test("where there is no memory to remember them", () => {
		const budget = new MemoryBudget(16);
		const rig = new Rig({ budget });
		for (const bridge of ["first", "second"]) announce(rig, bridge, ["a"]);
		budget.count("another", 15.5e6, rig.now);
		const more = (bridge: string, ...names: string[]) =>
			errors(rig.push(hello({ bridge }), { type: "series", seq: 3, series: names.map((name, i) => gauge(i + 1, name)) }));
		expect(more("first", "b", "c")).toHaveLength(1);
		expect(more("second", "b", "e")).toHaveLength(1);
		expect(told(rig)[0]).toBe(3);
		const { findings } = rig.ask({ kind: "cluster" }).view;
		const text = expect.stringMatching(/^16 of 16 MB of memory used: new series are left out; .*memoryMb/);
		expect(findings).toContainEqual(expect.objectContaining({ id: "memory", status: "degraded", text }));
	});
});

describe("viewers past the memory", () => {
	const colony = (budget: MemoryBudget, message = "") => {
		const rig = new Rig({ budget });
		let seq = 0;
		const push = () => {
			rig.pass(5_000);
			const set = Array.from({ length: 300 }, (_, i) => ({ id: `worker-${i}`, status: "busy", message: `${message}${seq}` }));
			return rig.push(hello(), { type: "state", seq: ++seq, at: rig.now, workers: { set } });
		};
		push();
		return { rig, push, live: () => rig.cluster.reader.bytes.live };
	};
	const workers = { kind: "workers", limit: 300 };

	test("what waits for a slow one counts, and it is closed when memory is short; one that keeps up stays", () => {
		const budget = new MemoryBudget(64);
		const { rig, push, live } = colony(budget, "x".repeat(200));
		const [slow, quick] = [new Watcher(rig, [workers]), new Watcher(rig, [workers])];
		const before = live();
		for (let n = 0; n < 12; n++) {
			push();
			quick.seen();
		}
		const waits = slow.sent.reduce((sum, text) => sum + text.length, 0);
		expect(waits).toBeGreaterThan(500_000);
		expect(live() - before).toBeGreaterThan(waits / 2);
		expect(slow.closedWith).toBeUndefined();
		budget.count("another", 50e6, rig.now);
		push();
		expect([slow.closedWith, quick.closedWith]).toEqual([CLOSE.slow, undefined]);
		expect(live() - before).toBeLessThan(waits / 4);
	});

	test("an answer that there is no memory for is refused with the reason, and comes once there is some", () => {
		const budget = new MemoryBudget(64);
		const { rig, push } = colony(budget);
		budget.count("another", 63e6, rig.now);
		push();
		const viewer = new Watcher(rig, [workers, { kind: "cluster" }]);
		rig.pass(100);
		const refused = () => viewer.answers.map((answer) => (answer as { refused?: string }).refused);
		expect(refused()).toEqual([expect.stringMatching(/^\d+ of 64 MB of memory are used: ask for less, or raise memoryMb/), undefined]);
		budget.count("another", 0, rig.now);
		for (let n = 0; n < 8; n++) push();
		expect(refused()).toEqual([undefined, undefined]);
		expect(viewer.answers).toEqual([rig.ask({ kind: "workers", limit: 300 }), expect.objectContaining({ kind: "cluster" })]);
	});
});
