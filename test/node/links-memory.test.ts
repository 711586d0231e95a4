/** What a cluster keeps of its bridges counts: ids by entry, and no bridge is taken past the budget. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { MemoryBudget } from "../../durable/cluster/memory-budget.ts";
import { ClusterState } from "../../durable/state/cluster-state.ts";
import { reduce } from "../../durable/state/reduce.ts";
import { LEFT_OUT, SeriesNumbers } from "../../durable/state/series-numbers.ts";
import { refusedSeries } from "../../durable/view/facts.ts";
import { hello, Rig } from "./cluster-rig.ts";

const gauge = (id: number, name: string) => ({ id, name, type: "gauge" });
const errors = (frames: DownFrame[]) => frames.flatMap((frame) => (frame.type === "error" ? [frame] : []));
const used = (rig: Rig) => rig.ask({ kind: "cluster" }).view.memory;
const HIGHEST = 1_000_000;

describe("ids of series", () => {
	test("are as a map has them, however they come, and are stored in order", () => {
		const ids = fc.oneof(fc.nat(12), fc.constantFrom(HIGHEST, HIGHEST - 1, 300));
		fc.assert(
			fc.property(fc.array(fc.tuple(ids, fc.constantFrom(LEFT_OUT, 0, 1, 7))), (said) => {
				const [series, model] = [new SeriesNumbers(), new Map<number, number>()];
				for (const [id, number] of said) {
					series.set(id, number);
					model.set(id, number);
				}
				const sorted = [...model].sort(([a], [b]) => a - b);
				expect(series.store()).toEqual(sorted.flat());
				expect([...series.numbers()].sort()).toEqual([...model.values()].sort());
				expect([...said.map(([id]) => id), 13].map((id) => series.get(id))).toEqual(
					[...said.map(([id]) => id), 13].map((id) => model.get(id)),
				);
				expect([series.size, series.refused]).toEqual([model.size, [...model.values()].filter((number) => number === LEFT_OUT).length]);
				const restored = new SeriesNumbers(series.store());
				expect([restored.store(), restored.bytes, restored.refused]).toEqual([series.store(), series.bytes, series.refused]);
			}),
		);
	});

	test("cost eight bytes where they are dense, in whatever order they came, and a map's entry elsewhere", () => {
		const series = new SeriesNumbers();
		const empty = series.bytes;
		for (let id = 999; id >= 0; id--) series.set(id, id);
		expect(series.bytes - empty).toBe(8_000);
		series.set(HIGHEST, 5);
		expect(series.bytes - empty).toBeLessThan(8_100);
	});

	test("of a million take nothing: twenty bridges with one such id leave the room to others", () => {
		const rig = new Rig({ budget: new MemoryBudget(16) });
		const before = used(rig)?.used ?? 0;
		for (let i = 0; i < 20; i++) {
			const said = rig.push(hello({ bridge: `sparse-${i}` }), { type: "series", seq: 1, series: [gauge(HIGHEST, `far_${i}`)] });
			expect(errors(said)).toEqual([]);
		}
		const tick = { type: "tick", seq: 2, at: rig.now, ids: [HIGHEST], values: [1] };
		expect(errors(rig.push(hello({ bridge: "sparse-0" }), tick))).toEqual([]);
		const honest = { type: "series", seq: 1, series: [gauge(0, "honest")] };
		expect(errors(rig.push(hello({ bridge: "honest" }), honest))).toEqual([]);
		expect((used(rig)?.used ?? 0) - before).toBeLessThanOrEqual(1);
		rig.restart();
		expect(errors(rig.push(hello({ bridge: "sparse-0" }), { ...tick, seq: 3 }))).toEqual([]);
	});

	test("of twenty such bridges are a small state, whose refused series are counted as they come", () => {
		const state = new ClusterState();
		for (let i = 0; i < 20; i++) {
			const frames = [{ type: "series", seq: 1, series: [], leftOut: [HIGHEST] }];
			const push = { type: "push", at: 1, bridge: `b${i}`, epoch: 1, seq: 1, hello: hello({ bridge: `b${i}` }), frames };
			reduce(state, push as unknown as Parameters<typeof reduce>[1]);
		}
		expect(state.bytes).toBeLessThan(1_000_000);
		expect(JSON.stringify(state.store()).length).toBeLessThan(20_000);
		const restored = ClusterState.restore(state.store());
		const refused = (state: ClusterState) => refusedSeries({ state }).now;
		expect([refused(state), refused(restored), restored.bytes]).toEqual([20, 20, state.bytes]);
	});
});

describe("bridges past the budget", () => {
	const MEGABYTES = 16;
	const leftOut = Array.from({ length: 32 }, (_, n) => ({ field: `field ${n}`, count: 1, reason: "x".repeat(500) }));
	const health = { status: "unhealthy", reason: "y".repeat(7_000) };
	const state = (rig: Rig, seq: number, more: object) => ({ type: "state", seq, at: rig.now, ...more });

	/** Bridges with much to say, until one is refused. @returns what that one was told. */
	function crowd(rig: Rig): { taken: number; refused: DownFrame[] } {
		for (let i = 0; i < 2_000; i++) {
			const said = rig.push(hello({ bridge: `loud-${i}` }), state(rig, 1, { leftOut, health }));
			if (errors(said).some(({ fatal }) => fatal)) return { taken: i, refused: said };
		}
		throw new Error("2,000 bridges were taken");
	}

	test("a new one is refused by name, the state stays within the budget, and those that are known go on", { timeout: 60_000 }, () => {
		const rig = new Rig({ budget: new MemoryBudget(MEGABYTES) });
		rig.push(hello({ bridge: "honest" }), { type: "series", seq: 1, series: [gauge(0, "cpu_percent"), gauge(1, "memory_mb")] });
		const { taken, refused } = crowd(rig);
		expect(taken).toBeGreaterThan(20);
		expect(errors(refused)).toHaveLength(1);
		const detail = expect.stringMatching(/^no room for bridge "loud-\d+": the cluster's state is full \(.* of .* MB.*\): .*memoryMb/);
		expect(errors(refused)[0]).toMatchObject({ kind: "limit", fatal: true, detail });
		expect(used(rig)?.used).toBeLessThanOrEqual(MEGABYTES);
		// A new run of a known bridge, with the series it had and a judgement of its own.
		const series = { type: "series", seq: 1, series: [gauge(5, "cpu_percent"), gauge(9, "memory_mb")] };
		const tick = { type: "tick", seq: 2, at: rig.now, ids: [5, 9], values: [1, 2] };
		const said = rig.push(
			hello({ bridge: "honest", epoch: 2 }),
			series,
			tick,
			state(rig, 3, { health: { status: "degraded", reason: "full" } }),
		);
		expect(errors(said)).toEqual([]);
		expect(said.at(-1)).toEqual({ type: "ack", seq: 3 });
	});

	test("one that comes back is taken, with a judgement of a few words and no more", { timeout: 60_000 }, () => {
		const rig = new Rig({ budget: new MemoryBudget(MEGABYTES) });
		rig.push(hello({ bridge: "back" }), { type: "goodbye", seq: 1 });
		crowd(rig);
		const long = errors(rig.push(hello({ bridge: "back", epoch: 2 }), state(rig, 1, { leftOut, health })));
		expect(long).toMatchObject([{ fatal: false, detail: expect.stringMatching(/^the cluster's state is full/) }]);
		expect(errors(rig.push(hello({ bridge: "back", epoch: 2 }), state(rig, 2, { health: { status: "healthy" } })))).toEqual([]);
	});

	test("what a known one says of itself is bounded, too, and so are ids of one series", { timeout: 60_000 }, () => {
		const rig = new Rig({ budget: new MemoryBudget(MEGABYTES) });
		rig.push(hello({ bridge: "quiet" }), { type: "series", seq: 1, series: [gauge(0, "cpu_percent")] });
		crowd(rig);
		const long = errors(rig.push(hello({ bridge: "quiet" }), state(rig, 2, { leftOut, health })));
		expect(long[0]?.detail).toMatch(/^the cluster's state is full/);
		const again = Array.from({ length: 100 }, (_, n) => gauge(n + 1, "cpu_percent"));
		const ids = errors(rig.push(hello({ bridge: "quiet" }), { type: "series", seq: 3, series: again }));
		expect(ids[0]?.detail).toMatch(/^no room for series cpu_percent: the cluster's state is full/);
	});
});
