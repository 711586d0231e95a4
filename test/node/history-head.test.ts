/** The head alone, beside a map of what was put into it. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Chunk } from "../../durable/history/blocks/chunk.ts";
import { History } from "../../durable/history/history.ts";
import { Slots } from "../../durable/history/index/slots.ts";
import { Head } from "../../durable/history/tiers/head.ts";
import { headReader, newestInstants } from "../../durable/history/tiers/head-reader.ts";
import type { HistoryOptions } from "../../durable/history/tiers/tiers.ts";
import { type NodeDatabase, openNodeSql } from "../../worker/node/clusters/sql.ts";

const BLOCK = 600_000;
const BEGIN = BLOCK * 2_900_000;

/** A push: ms since the one before, which series, and how far each of them is behind it, ms. */
const push = fc.record({
	pause: fc.constantFrom(1, 1000, 1000, 5000, 5000, 5003, 5000, 5003, 5003, 20_000, 60_000, 200_000),
	series: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
	behind: fc.constantFrom(0, 0, 0, 0, 0, 1, 5000, 17_000, 300_000),
	value: fc.oneof(fc.integer({ min: -5, max: 500 }), fc.double({ noNaN: true })),
});
const pushes = (most: number) => fc.array(push, { minLength: 1, maxLength: most, size: "max" });

function samplesOf({ base, offsets, values, length }: Chunk): [number, number][] {
	return Array.from({ length }, (_, i) => [base + (offsets[i] as number), values[i] as number]);
}

test("what is put into the head is read back in order, whatever its order was, until it is flushed", () => {
	fc.assert(
		fc.property(pushes(250), fc.nat(), (pushes, seed) => {
			const head = new Head();
			const model = new Map<number, Map<number, number>>();
			let now = BEGIN;
			for (const { pause, series, behind, value } of pushes) {
				now += pause;
				const at = now - behind;
				if (!head.takes(at)) continue;
				const block = head.open(at);
				head.newest = Math.max(head.newest, at);
				for (const number of series.map((one) => one * 1000)) {
					const samples = model.get(number) ?? new Map<number, number>();
					model.set(number, samples);
					if (block) expect(head.put(block, number, at, value + number)).toBe(samples.has(at));
					if (block) samples.set(at, value + number);
				}
				// What is behind the open blocks is flushed now and then.
				const oldest = head.blocks[0];
				if ((now + seed) % 3 > 0 || !oldest || oldest.index >= head.openFrom) continue;
				head.drop(oldest);
				for (const samples of model.values()) for (const at of samples.keys()) if (at <= (oldest.index + 1) * BLOCK) samples.delete(at);
			}
			const left = [...model].filter(([, samples]) => samples.size > 0);
			const there = [...head.series()];
			for (const [number, samples] of left) {
				expect(there).toContain(number);
				const expected = [...samples].sort(([a], [b]) => a - b);
				const read: [number, number][] = [];
				const all = { after: 0, until: Number.POSITIVE_INFINITY, bucketMs: 0 };
				headReader(head, all).read(number, { samples: (chunk) => void read.push(...samplesOf(chunk)), buckets() {} });
				expect(read).toEqual(expected);
				expect(newestInstants(head, number, 9)).toEqual(
					expected
						.map(([at]) => at)
						.reverse()
						.slice(0, 9),
				);
				// A shorter time has all of its own, and nothing that is not there.
				const [after, until] = [now - (seed % 900_000), now - (seed % 400_000)];
				const some: [number, number][] = [];
				headReader(head, { after, until, bucketMs: 0 }).read(number, {
					samples: (chunk) => void some.push(...samplesOf(chunk)),
					buckets() {},
				});
				const within = ([at]: [number, number]) => at > after && at <= until;
				expect(some.filter(within)).toEqual(expected.filter(within));
				const before = expected.findLast(([at]) => at < until);
				const found = headReader(head, all).before(number, until);
				expect(found).toEqual(before && { at: before[0], value: before[1] });
			}
		}),
		{ numRuns: 60 },
	);
});

test("slots are found, given up and given again, as in a map", () => {
	const steps = fc.array(fc.record({ number: fc.integer({ min: 0, max: 300 }).map((n) => n * 977), goes: fc.boolean() }), {
		maxLength: 600,
	});
	fc.assert(
		fc.property(steps, (steps) => {
			const slots = new Slots();
			const model = new Map<number, number>();
			for (const { number, goes } of steps) {
				const slot = slots.of(number);
				expect(slot).toBe(model.get(number) ?? -1);
				if (slot < 0) {
					const added = slots.add(number);
					expect([...model.values()]).not.toContain(added);
					model.set(number, added);
				} else if (goes) {
					slots.remove(slot);
					model.delete(number);
				}
			}
			for (const [number, slot] of model) {
				expect(slots.of(number)).toBe(slot);
				expect(slots.numberOf(slot)).toBe(number);
			}
			expect(slots.end).toBeLessThanOrEqual(slots.capacity);
		}),
	);
});

test("a series that has no samples left gives its room to another", () => {
	const head = new Head();
	const put = (series: number, at: number) => {
		const block = head.open(at);
		head.newest = Math.max(head.newest, at);
		if (block) head.put(block, series, at, series);
		for (const oldest of [...head.blocks]) if (oldest.index < head.openFrom) head.drop(oldest);
	};
	for (let i = 0; i < 400; i++) for (let series = 0; series < 50; series++) put(i < 200 ? series : 10_000 + series, BEGIN + i * 10_000);
	const { bytes } = head;
	for (let round = 2; round < 20; round++)
		for (let i = 0; i < 200; i++)
			for (let series = 0; series < 50; series++) put(round * 10_000 + series, BEGIN + (round * 200 + i) * 10_000);
	expect(head.series().length).toBe(50);
	expect(head.bytes).toBeLessThan(bytes * 1.5);
});

interface Logged {
	at: number;
	numbers: number[];
	values: number[];
}

/** A history opened anew as the cluster does it. */
function reopened(sql: NodeDatabase, log: readonly Logged[], options: Partial<HistoryOptions>): { history: History; replayed: number } {
	const history = new History(sql, options);
	const from = Math.max(history.replayFrom, history.restoredAt);
	const rest = log.map((entry, i) => ({ ...entry, position: i + 1 })).filter(({ position }) => position > from);
	for (const { position, at, numbers, values } of rest) history.replay(position, at, numbers, values);
	return { history, replayed: rest.length };
}

function everything(history: History, count: number): unknown {
	const read = history.measurements(0, Number.MAX_SAFE_INTEGER);
	const series = Array.from({ length: count }, (_, number) => [number, history.latest(number), history.cadence(number), read(number)]);
	return { series, counts: history.counts(), newest: history.newest };
}

test("H3: a history that goes on from a snapshot of its head is as one that replays all; one that is torn, damaged or stale is passed over", () => {
	const step = fc.record({ pushes: pushes(50), snapshot: fc.boolean(), reopens: fc.constantFrom(false, false, true) });
	const steps = fc.array(step, { minLength: 1, maxLength: 10, size: "max" });
	const damages = fc.constantFrom("whole", "whole", "no row", "cut", "other format", "bit");
	fc.assert(
		fc.property(steps, damages, fc.nat(), fc.constantFrom(1, 3, 100), (steps, damage, place, slotsAPart) => {
			const sql = openNodeSql(":memory:");
			const options = { outOfOrderSamples: 40, slotsAPart };
			let history = new History(sql, options);
			const count = 7;
			for (let i = 0; i < count; i++) history.define({ name: "n", labels: { i: String(i) }, type: i % 2 ? "gauge" : "counter" });
			const log: Logged[] = [];
			let now = BEGIN;
			let snapshotAt = 0;
			for (const { pushes, snapshot, reopens } of steps) {
				for (const { pause, series, behind, value } of pushes) {
					now += pause;
					const entry = { at: now - behind, numbers: series, values: series.map((one) => value + one) };
					if (!history.takes(entry.at)) continue;
					log.push(entry);
					sql.transaction(() => {
						history.append(entry.at, entry.numbers, entry.values);
						history.commit(log.length);
					});
				}
				if (log.length === 0) continue;
				if (snapshot) {
					sql.transaction(() => history.checkpoint(log.length));
					if (slotsAPart > count) snapshotAt = log.length;
				}
				if (!reopens) continue;
				const before = everything(history, count);
				history = reopened(sql, log, options).history;
				expect(everything(history, count)).toEqual(before);
			}
			const rows = sql.all<{ part: number; bytes: Uint8Array }>("SELECT part, bytes FROM history_head");
			if (damage === "no row") sql.run("DELETE FROM history_head WHERE part = ?", rows[place % rows.length]?.part ?? 0);
			if (damage === "cut") sql.run("UPDATE history_head SET bytes = substr(bytes, 1, 40)");
			if (damage === "other format")
				sql.run("UPDATE history_head SET bytes = CAST(replace(bytes, '\"format\":1', '\"format\":9') AS BLOB)");
			if (damage === "bit") {
				for (const { part, bytes } of rows) {
					const at = place % bytes.length;
					bytes[at] = (bytes[at] as number) ^ (1 << (place % 8));
					sql.run("UPDATE history_head SET bytes = ? WHERE part = ?", bytes, part);
				}
			}
			const again = reopened(sql, log, options);
			if (damage === "bit") expect(again.history.restoredAt).toBe(0);
			if (damage === "whole" && snapshotAt > 0) expect(again.replayed).toBeLessThanOrEqual(log.length - snapshotAt);
			expect(everything(again.history, count)).toEqual(everything(history, count));
		}),
		{ numRuns: 50 },
	);
});

test("H3: a large head is written over several pushes, its pages once, and a restart between any two of them goes on from one that is whole", () => {
	const sql = openNodeSql(":memory:");
	const [count, options] = [480, { slotsAPart: 100 }];
	let history = new History(sql, options);
	for (let i = 0; i < count; i++) history.define({ name: "n", labels: { i: String(i) }, type: "gauge" });
	const log: Logged[] = [];
	let random = 1;
	const next = () => {
		random = Math.imul(random, 1_103_515_245) + 12_345;
		return (random >>> 0) / 2 ** 32;
	};
	let restored = 0;
	let far = 0;
	for (let i = 1; i <= 400; i++) {
		// Some come and go, so that slots are given anew.
		const numbers = Array.from({ length: count }, (_, number) => number).filter((number) => number % 4 > 0 || (i + number * 37) % 160 < 50);
		const entry = { at: BEGIN + i * 10_000, numbers, values: numbers.map(next) };
		log.push(entry);
		sql.transaction(() => {
			history.append(entry.at, entry.numbers, entry.values);
			history.commit(i);
			if (i % 20 === 0) history.checkpoint(i);
		});
		if (i < 60 || ![1, 3, 5].includes(i % 20)) continue;
		const again = reopened(sql, log, options);
		// After two torn sets in turn the one before them counts.
		expect(again.replayed).toBeLessThan(86);
		// Chunks may lie in a page more, but no sample was taken twice: it would lie beside its chunk.
		const more = again.history.bytes.head - history.bytes.head;
		expect(Math.abs(more - 65_536 * Math.round(more / 65_536))).toBeLessThan(2_000);
		restored++;
		if (again.replayed > 46) far++;
		if (i % 11 > 0) continue;
		expect(everything(again.history, count)).toEqual(everything(history, count));
		history = again.history;
	}
	// Far are those whose sets were torn in turn.
	expect([restored, far]).toEqual([51, 4]);
	expect(sql.all<{ n: number }>("SELECT count(*) AS n FROM history_head")[0]?.n).toBeLessThan(30);
});
