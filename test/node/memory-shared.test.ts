/** The memory budget as clusters share it, and the room that a removal makes. */
import { expect, test } from "vitest";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { MemoryBudget } from "../../durable/cluster/memory-budget.ts";
import { hello, Rig } from "./cluster-rig.ts";

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
