import fc from "fast-check";
import { expect, test } from "vitest";
import type { SampleBatch } from "../../durable/port.ts";
import { wholly } from "../../durable/work/work.ts";
import { hello, Rig, START } from "./cluster-rig.ts";

const SENDER = "remote-write";

const batchOf = (...ticks: [at: number, series: number, value: number, delta?: boolean][]): SampleBatch => ({
	sender: SENDER,
	series: [{ name: "a_total", labels: { worker: "1" } }, { name: "b" }, { name: "c_total" }],
	ticks: ticks.map(([at, series, value, delta = false]) => ({ at, of: [series], values: [value], delta })),
	described: [],
	leftOut: [],
});

/** All that is stored, by name: ms after the start, and value. */
function told(rig: Rig): Record<string, [number, number][]> {
	const ask = { format: "json", start: START - 3_600_000, end: rig.now + 1, rangeMs: 0 } as const;
	const texts: string[] = [];
	for (let part = wholly(rig.cluster.reader.exported(ask)); ; part = wholly(rig.cluster.reader.exported({ ...ask, place: part.place }))) {
		texts.push(part.text);
		if (!part.place) break;
	}
	const { series } = JSON.parse(texts.join("")) as { series: { name: string; samples: { timestamp: string; value: number }[] }[] };
	return Object.fromEntries(
		series.map(({ name, samples }) => [
			name,
			samples.map(({ timestamp, value }): [number, number] => [Date.parse(timestamp) - START, value]),
		]),
	);
}

test("D1, D2 of senders without a bridge: batches in any order and any number of times, over restarts, are stored as if they came once", () => {
	const tick = fc.tuple(fc.nat(20), fc.nat(1), fc.nat(1000));
	const batches = fc.array(fc.array(tick, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 });
	fc.assert(
		fc.property(batches, fc.array(fc.nat(2), { maxLength: 6 }), (list, acts) => {
			const rig = new Rig();
			const model = new Map<string, number>();
			for (const [i, ticks] of list.entries()) {
				rig.now += 5_000;
				const batch = batchOf(...ticks.map(([at, series, value]): [number, number, number] => [START - at * 1000, series, value]));
				const taken = rig.cluster.write(batch);
				expect(taken).toEqual({ type: "taken", samples: ticks.length, leftOut: [] });
				for (const [at, series, value] of [...ticks].sort((a, b) => b[0] - a[0])) model.set(`${series} ${at}`, value);
				if (acts[i] === 1) rig.cluster.write(batch);
				if (acts[i] === 2) rig.restart();
			}
			const expected: Record<string, [number, number][]> = {};
			for (const [key, value] of model) {
				const [series, at] = key.split(" ").map(Number) as [number, number];
				const name = series === 0 ? "a_total" : "b";
				expected[name] ??= [];
				expected[name].push([0 - at * 1000, value]);
			}
			for (const samples of Object.values(expected)) samples.sort(([a], [b]) => a - b);
			expect(told(rig)).toEqual(expected);
			rig.restart();
			expect(told(rig)).toEqual(expected);
		}),
		{ numRuns: 60 },
	);
});

test("deltas add up over a restart, and one that is sent again changes nothing", () => {
	const rig = new Rig();
	for (let i = 1; i <= 4; i++) {
		rig.now += 10_000;
		for (let times = 0; times < 2; times++) rig.cluster.write(batchOf([START + i * 10_000, 2, i, true]));
		if (i === 2) rig.restart();
	}
	expect(told(rig)).toEqual({
		c_total: [
			[10_000, 1],
			[20_000, 3],
			[30_000, 6],
			[40_000, 10],
		],
	});
	expect(rig.cluster.write(batchOf([START + 5_000, 2, 1, true]))).toMatchObject({ samples: 0, leftOut: [{ field: "deltas", count: 1 }] });
});

test("a sender is stale after three minutes, speaks again in the same run, and what it leaves out is told", () => {
	const rig = new Rig();
	const links = () => rig.ask({ kind: "cluster" }).view;
	rig.cluster.write({ ...batchOf([START, 1, 1]), leftOut: [{ field: "values", count: 2, reason: "b is NaN" }] });
	rig.now += 180_000;
	expect(links()).toMatchObject({ bridges: { total: 1, stale: 1 }, links: [{ bridge: SENDER, lastPushAt: START }] });
	rig.cluster.write({ ...batchOf([rig.now, 1, 1]), leftOut: [{ field: "values", count: 1, reason: "c is NaN" }] });
	expect(links().bridges).toMatchObject({ total: 1, stale: 0 });
	expect(links().leftOut?.rows).toEqual([{ bridge: SENDER, field: "values", count: 3, reason: "c is NaN", at: rig.now }]);
	rig.restart();
	expect(links().leftOut?.rows).toHaveLength(1);
	// It speaks for no colony: the cluster goes by its own name, and by a colony's once there is one.
	expect(links().colony).toBeUndefined();
	rig.push(hello({ bridge: "z", epoch: rig.now }), { type: "state", seq: 1, at: rig.now });
	expect(links().colony).toBe("production");
});

test("series past the limit are left out by name, and the rest is stored", () => {
	const rig = new Rig({ history: { activeSeries: 1 } });
	const taken = rig.cluster.write(batchOf([START, 0, 1], [START, 1, 2], [START, 2, 3]));
	expect(taken).toMatchObject({
		samples: 1,
		leftOut: [{ field: "series", count: 2, reason: expect.stringMatching(/^no room for series b: /) }],
	});
	expect(told(rig)).toEqual({ a_total: [[0, 1]] });
});

test("where the storage fails nothing is taken, and the sender is told to come back", () => {
	const rig = new Rig();
	rig.cluster.write(batchOf([START, 1, 1]));
	rig.now += 1000;
	const { transaction } = rig.sql;
	rig.sql.transaction = () => {
		throw new Error("disk full");
	};
	expect(rig.cluster.write(batchOf([START + 1000, 1, 2]))).toMatchObject({ type: "refused", kind: "unavailable", retryAfter: 5 });
	rig.sql.transaction = transaction;
	rig.now += 60_000;
	expect(rig.cluster.write(batchOf([START + 1000, 1, 2]))).toMatchObject({ samples: 1 });
	expect(told(rig)).toEqual({
		b: [
			[0, 1],
			[1000, 2],
		],
	});
});
