/** The history beyond its values: active series, refusals, rows written, and the cost of a chart. */
import { expect, test } from "vitest";
import { difference } from "../../colony-bridge/protocol/query/delta.ts";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import { History } from "../../durable/history/history.ts";
import { SeriesLimit } from "../../durable/history/index/active-series.ts";
import { wholly } from "../../durable/work/work.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";

const BEGIN = Date.UTC(2026, 0, 15, 10, 0, 0);
const MINUTE = 60_000;

test("reading creates nothing", () => {
	const sql = openNodeSql(":memory:");
	const history = new History(sql);
	expect(wholly(history.metrics({ kind: "metrics", selectors: ["cpu_percent"], range: "1h", points: 100 }, BEGIN))).toMatchObject({
		series: [],
		unknown: ["cpu_percent"],
		omitted: 0,
	});
	expect(wholly(history.samples({ kind: "samples", selectors: ["a b"], range: "1h", points: 10 }))).toMatchObject({
		series: [],
		unknown: ["a b"],
	});
	expect(wholly(history.list({ kind: "series", limit: 10 }))).toEqual({ kind: "series", total: 0, rows: [] });
	history.commit(1);
	expect(sql.all("SELECT name FROM sqlite_master")).toEqual([]);
});

test("past the limit a new series is refused by name, an existing one is not, and ended series free places", () => {
	const history = new History(openNodeSql(":memory:"), { activeSeries: 2, knownSeries: 3 });
	const first = history.define({ name: "a", type: "gauge" });
	history.append(BEGIN, [first], [1]);
	history.define({ name: "b", labels: { worker: "w1" }, type: "gauge" });
	const refused = () => history.define({ name: "c", labels: { worker: 'w"2' }, type: "gauge" });
	expect(refused).toThrow(SeriesLimit);
	expect(refused).toThrow(/c\{worker="w\\"2"\}.*2 active series/);
	expect(history.define({ name: "a", type: "gauge" })).toBe(first);
	history.append(BEGIN + 15 * MINUTE, [first], [2]);
	const third = history.define({ name: "c", type: "gauge" });
	history.append(BEGIN + 40 * MINUTE, [third], [3]);
	expect(() => history.define({ name: "d", type: "gauge" })).toThrow(/3 known series/);
	expect(history.counts()).toEqual({ active: 1, total: 3, limits: { active: 2, total: 3 } });
});

test("a series number that was never assigned is refused, and changes nothing", () => {
	const history = new History(openNodeSql(":memory:"));
	const known = history.define({ name: "a", type: "gauge" });
	expect(() => history.append(BEGIN, [known, 7], [1, 2])).toThrow(/unknown series number 7/);
	expect(history.newest).toBe(0);
	expect(history.latest(known)).toBeUndefined();
});

test("a series' description may change, and is stored", () => {
	const sql = openNodeSql(":memory:");
	const history = new History(sql);
	const series = history.define({ name: "a", labels: { x: "1" }, type: "gauge" });
	history.commit(1);
	expect(history.define({ name: "a", labels: { x: "1" }, type: "counter", unit: "seconds", help: "h" })).toBe(series);
	history.commit(2);
	const again = new History(sql).definition(series);
	expect(again).toEqual({ name: "a", labels: { x: "1" }, type: "counter", unit: "seconds", help: "h" });
});

test("active series have a sample within ten minutes of the newest, by label too", () => {
	const history = new History(openNodeSql(":memory:"));
	const [a, b] = ["w1", "w2"].map((worker) => history.define({ name: "cpu", labels: { worker }, type: "gauge" })) as [number, number];
	history.append(BEGIN, [a, b], [1, 2]);
	expect([...history.labelled("worker", "w1")]).toEqual([a]);
	history.append(BEGIN + 9 * MINUTE, [b], [3]);
	expect(history.latest(a)).toEqual({ at: BEGIN, value: 1 });
	history.append(BEGIN + 12 * MINUTE, [b], [4]);
	expect(history.latest(a)).toBeUndefined();
	expect([...history.labelled("worker", "w1")]).toEqual([]);
	expect(history.counts()).toMatchObject({ active: 1, total: 2 });
	expect(wholly(history.list({ kind: "series", limit: 10 })).rows.map((row) => row.id)).toEqual(['cpu{worker="w2"}', 'cpu{worker="w1"}']);
});

const asked = (query: Partial<Extract<Query, { kind: "metrics" }>>): Extract<Query, { kind: "metrics" }> => ({
	kind: "metrics",
	selectors: ["cpu"],
	range: "5m",
	points: 30,
	...query,
});

test("a live chart moves by appended columns, and repeats its answer without new samples", () => {
	const history = new History(openNodeSql(":memory:"));
	const series = ["a", "b"].map((worker) => history.define({ name: "cpu", labels: { worker }, type: "gauge", unit: "percent" }));
	let before = wholly(history.metrics(asked({}), BEGIN));
	for (let i = 0; i < 200; i++) {
		const at = BEGIN + i * 5000 + (i % 3) * 40;
		history.append(at, series, [i % 50, 100]);
		const after = wholly(history.metrics(asked({}), at));
		const change = difference(0, before, after);
		if (i > 2) {
			expect(change?.type).toBe("append");
			expect(change?.type === "append" && change.values[0]?.length).toBeLessThanOrEqual(2);
			expect(after.step).toBe(10_000);
		}
		expect(wholly(history.metrics(asked({}), at))).toBe(after);
		before = after;
	}
	expect(before.series).toHaveLength(2);
	expect(before.series[0]?.values.every((value) => value !== null)).toBe(true);
});

test("a counter that dips has not begun again: no step holds a spike of its whole value, nor does the rollup that is left of it", () => {
	const history = new History(openNodeSql(":memory:"));
	const idle = history.define({ name: "idle_seconds_total", labels: { cpu: "0" }, type: "counter" });
	const said = [1_000_000, 1_000_000.5, 1_000_000.4, 1_000_000.7, 875_000.7, 1, 3];
	for (const [i, value] of said.entries()) history.append(BEGIN + i * MINUTE, [idle], [value]);
	const rises = () => {
		const asked = { kind: "samples" as const, selectors: ["idle_seconds_total"], aggregation: "increase" as const };
		const { series } = wholly(history.samples({ ...asked, range: "1h", start: BEGIN, end: BEGIN + 6 * MINUTE, step: "1m", points: 100 }));
		return series[0]?.values.map((value) => Math.round(value * 10) / 10);
	};
	// Just less than an eighth is a dip, the fall to 1 a restart; what a dip took off comes back without being counted again.
	const right = [0.5, 0, 0.3, 0, 1, 2];
	expect(rises()).toEqual(right);
	for (let hour = 1; hour < 72; hour++) {
		history.append(BEGIN + hour * 60 * MINUTE, [idle], [3 + hour]);
		history.commit(hour);
	}
	expect(rises()).toEqual(right);
});

test("folds: counters add up, shares average, each stands by itself, and a cut is counted", () => {
	const history = new History(openNodeSql(":memory:"));
	const many = Array.from({ length: 150 }, (_, i) => i);
	const cpu = many.map((i) => history.define({ name: "cpu", labels: { worker: `w${i}` }, type: "gauge", unit: "percent" }));
	const jobs = many.map((i) => history.define({ name: "jobs_total", labels: { worker: `w${i}` }, type: "counter" }));
	const queue = many.map((i) => history.define({ name: "queue", labels: { worker: `w${i}` }, type: "gauge" }));
	for (let i = 0; i < 3; i++) {
		history.append(BEGIN + i * 5000, [...cpu, ...jobs, ...queue], [...many, ...many.map((n) => n * 10 + i), ...many.map(() => 2)]);
	}
	const answer = wholly(
		history.metrics(asked({ selectors: ["cpu", "jobs_total", "queue", 'cpu{worker="w7"}', "nothing"], points: 1 }), history.newest),
	);
	expect(answer.series.map(({ key, values }) => [key, values[0]])).toEqual([
		["cpu", 74.5],
		["jobs_total", (149 * 150 * 10) / 2 + 300],
		["queue", 300],
		['cpu{worker="w7"}', 7],
	]);
	expect(answer.unknown).toEqual(["nothing"]);
	const each = wholly(history.metrics(asked({ fold: "each" }), history.newest));
	expect(each.series).toHaveLength(100);
	expect(each.omitted).toBe(50);
	expect(each.series[3]).toMatchObject({ key: 'cpu{worker="w3"}', labels: { worker: "w3" }, unit: "percent" });
});

test("quantiles out of a histogram's buckets, all together or apart", () => {
	const history = new History(openNodeSql(":memory:"));
	const bounds = ["0.1", "1", "+Inf"];
	const buckets = ["a", "b"].flatMap((job) =>
		bounds.map((le) => history.define({ name: "latency_bucket", labels: { job, le }, type: "bucket" })),
	);
	history.append(BEGIN, buckets, [0, 0, 0, 100, 100, 100]);
	history.append(BEGIN + 5000, buckets, [90, 100, 100, 100, 200, 200]);
	const query = {
		kind: "samples",
		selectors: ["latency_bucket"],
		range: "1m",
		step: "1m",
		aggregation: "p50",
		points: 10,
		end: BEGIN + MINUTE,
	} as const;
	const apart = wholly(history.samples({ ...query, selectors: [...query.selectors], fold: "each" }));
	expect(apart.series.map(({ key, values }) => [key, values])).toEqual([
		['latency_bucket{job="a"}', [0.055555555556]],
		['latency_bucket{job="b"}', [0.55]],
	]);
	const all = wholly(history.samples({ ...query, selectors: [...query.selectors] }));
	expect(all.series.map(({ key, values }) => [key, values])).toEqual([["latency_bucket", [0.181818181818]]]);
});

test("a sum past the largest double is the largest, at its instant", () => {
	const history = new History(openNodeSql(":memory:"));
	const series = ["a", "b"].map((worker) => history.define({ name: "huge", labels: { worker }, type: "gauge" }));
	history.append(BEGIN, series, [1, 2]);
	history.append(BEGIN + 5000, series, [1.7e308, 1.7e308]);
	history.append(BEGIN + 10_000, series, [3, 4]);
	const ask = { kind: "samples", range: "1h", points: 100, fold: "sum" } as const;
	expect(wholly(history.samples({ ...ask, selectors: ["huge"] })).series[0]).toMatchObject({
		at: [BEGIN, BEGIN + 5000, BEGIN + 10_000],
		values: [3, Number.MAX_VALUE, 7],
	});
	const one = wholly(history.samples({ ...ask, selectors: ['huge{worker="a"}'] })).series[0];
	expect(one?.values).toEqual([1, 1.7e308, 3]);
});

test("more points than asked: every peak stays", () => {
	const history = new History(openNodeSql(":memory:"));
	const series = history.define({ name: "cpu", type: "gauge" });
	for (let i = 0; i < 2000; i++) history.append(BEGIN + i * 1000, [series], [i === 777 ? 99 : i === 1234 ? -99 : 5]);
	const { series: lines } = wholly(history.samples({ kind: "samples", selectors: ["cpu"], range: "1h", points: 50 }));
	expect(lines[0]?.at.length).toBeLessThanOrEqual(50);
	expect(lines[0]?.values).toContain(99);
	expect(lines[0]?.values).toContain(-99);
	expect(lines[0]?.at.at(-1)).toBe(BEGIN + 1_999_000);
});

test("a step that would make too many columns is made longer, and no range is too long", () => {
	const history = new History(openNodeSql(":memory:"));
	const series = history.define({ name: "cpu", type: "gauge" });
	history.append(BEGIN, [series], [1]);
	history.append(BEGIN + 60_000, [series], [3]);
	const { series: lines } = wholly(
		history.samples({
			kind: "samples",
			selectors: ["cpu"],
			range: "1h",
			start: 0,
			end: BEGIN + 2 * 86_400_000 * 365,
			step: "1ms",
			points: 1000,
		}),
	);
	expect(lines[0]?.values).toEqual([2]);
});

test("the log may drop entries that are flushed", () => {
	const sql = openNodeSql(":memory:");
	const history = new History(sql);
	const series = history.define({ name: "cpu", type: "gauge" });
	let position = 0;
	for (let i = 0; i < 3000; i++) {
		sql.transaction(() => {
			history.append(BEGIN + i * 5000, [series], [i]);
			history.commit(++position);
		});
		expect(position - history.replayFrom).toBeLessThanOrEqual(2 * 120 + 120 + 5);
	}
});

test("a merge gets on although the object is evicted after every push, one group at a push", () => {
	const sql = openNodeSql(":memory:");
	let history = new History(sql);
	const series = Array.from({ length: 150 }, (_, i) => history.define({ name: `walk_${i}`, type: "gauge" }));
	const log: { at: number; values: number[] }[] = [];
	const push = (at: number): void => {
		log.push({ at, values: series.map((_, i) => ((log.length * (i + 3)) % 211) / 10) });
		sql.transaction(() => {
			history.append(at, series, log.at(-1)?.values ?? []);
			history.commit(log.length);
		});
	};
	const begin = Math.floor(BEGIN / 7_200_000) * 7_200_000 + 1000;
	const state = (): { compactedBefore: number } => JSON.parse(String(sql.all("SELECT state FROM history_state")[0]?.state));
	let at = begin;
	for (; at < begin + 130 * MINUTE; at += 5000) push(at);
	expect(state().compactedBefore).toBe(0);
	const rows: number[] = [];
	for (let nap = 0; nap < 8; nap++, at += 5000) {
		push(at);
		rows.push(Number(sql.all("SELECT count(*) AS n FROM history_block_2h")[0]?.n));
		history = new History(sql);
		for (const [i, { at, values }] of log.entries()) if (i >= history.replayFrom) history.replay(i + 1, at, series, values);
	}
	expect(rows).toEqual([0, 1, 2, 3, 3, 3, 3, 3]);
	expect(state().compactedBefore).toBe(Math.floor(begin / 7_200_000) + 1);
	const last = history.measurements(begin, at)(series[149] as number);
	expect(last.values).toEqual(log.map(({ values }) => values[149]));
});

const fixed = (end: number, query: Partial<Extract<Query, { kind: "metrics" }>> = {}) =>
	asked({ range: "15m", points: 180, end, ...query });

test("a chart of the past shows the series of that time, however many are active now, and counts those left out", () => {
	const history = new History(openNodeSql(":memory:"));
	const define = (worker: string) => history.define({ name: "cpu", labels: { worker }, type: "gauge" });
	const before = Array.from({ length: 130 }, (_, i) => define(`old-${i}`));
	for (let i = 0; i < 20; i++) history.append(BEGIN + i * 30_000, before, before);
	const now = Array.from({ length: 300 }, (_, i) => define(`new-${i}`));
	for (let i = 0; i < 40; i++) {
		history.append(BEGIN + 90 * MINUTE + i * 30_000, now, now);
		history.commit(i + 1);
	}
	const answer = wholly(history.metrics(fixed(BEGIN + 10 * MINUTE, { fold: "each" }), 0));
	expect(answer.series).toHaveLength(100);
	expect(answer.omitted).toBe(30);
	expect(answer.series.every(({ labels }) => labels?.worker?.startsWith("old-"))).toBe(true);
	// Measured every 30 s then: no holes.
	expect(answer.step).toBe(60_000);
	const known = answer.series[0]?.values.flatMap((value, i) => (value === null ? [] : [i])) ?? [];
	expect(known).toEqual(known.map((_, i) => (known[0] as number) + i));
});

test("samples after the end of a chart change nothing in it and are not evaluated; out-of-order samples are", () => {
	const history = new History(openNodeSql(":memory:"));
	const series = history.define({ name: "cpu", type: "gauge" });
	for (let i = 0; i <= 60; i++) history.append(BEGIN + i * 5000 + 500, [series], [i]);
	const end = BEGIN + 60 * 5000 + 1000;
	const first = wholly(history.metrics(fixed(end, { range: "5m" }), end));
	expect(first.series[0]?.values.at(-1)).toBe(60);
	// Within the last column, after its end.
	history.append(end + 1000, [series], [1000]);
	for (let i = 0; i < 100; i++) history.append(end + 5000 + i * 5000, [series], [1000]);
	expect(wholly(history.metrics(fixed(end, { range: "5m" }), end))).toBe(first);
	history.append(end - 250, [series], [100]);
	const late = wholly(history.metrics(fixed(end, { range: "5m" }), end));
	expect(late.series[0]?.values.at(-1)).toBe(80);
});

test("months ago, where only a value every ten minutes is left, a chart has no finer columns than that", () => {
	const sql = openNodeSql(":memory:");
	const history = new History(sql);
	const series = history.define({ name: "cpu", type: "gauge" });
	let position = 1;
	for (let at = BEGIN; at < BEGIN + 60 * 24 * 60 * MINUTE; at += at < BEGIN + 5 * 60 * MINUTE ? 30_000 : 5 * MINUTE) {
		history.append(at, [series], [(at - BEGIN) / MINUTE]);
		history.commit(position++);
	}
	const answer = wholly(history.metrics(fixed(BEGIN + 3 * 60 * MINUTE, { range: "2h" }), 0));
	expect(answer.step).toBe(10 * MINUTE);
	expect(answer.series[0]?.values.slice(0, -1).every((value) => value !== null)).toBe(true);
	const one = wholly(history.metrics(fixed(BEGIN + 3 * 60 * MINUTE, { range: "5m", points: 1 }), 0));
	expect(one.series[0]?.values[0]).toBeGreaterThan(150);
});

test("the newest column of a sum has every series, a rate none until the step is over, and stale series leave after two intervals", () => {
	const history = new History(openNodeSql(":memory:"));
	const workers = Array.from({ length: 6 }, (_, i) => `w${i}`);
	const memory = workers.map((worker) => history.define({ name: "memory_mb", labels: { worker }, type: "gauge", unit: "megabytes" }));
	const tasks = workers.map((worker) => history.define({ name: "tasks_total", labels: { worker }, type: "counter" }));
	const chart = (selector: string, aggregation?: "rate") =>
		wholly(history.metrics({ kind: "metrics", selectors: [selector], range: "5m", points: 60, fold: "sum", aggregation }, history.newest));
	const seen = new Set<number | null | undefined>();
	const rates = new Set<number | null | undefined>();
	// Each worker at its own moment of five seconds, one push each.
	for (let beat = 0; beat < 40; beat++) {
		for (const i of workers.keys()) {
			const at = BEGIN + beat * 5000 + i * 700;
			history.append(at, [memory[i] as number, tasks[i] as number], [100, 50 * beat]);
			const known = chart("memory_mb").series[0]?.values.filter((value) => value !== null) ?? [];
			const { series, length } = chart("tasks_total", "rate");
			if (beat < 6) continue;
			seen.add(known.at(-1));
			rates.add(series[0]?.values.findLast((value) => value !== null));
			expect(series[0]?.values.findLastIndex((value) => value !== null)).toBeGreaterThanOrEqual(length - 2);
		}
	}
	expect([...seen]).toEqual([600]);
	expect([...rates]).toEqual([60]);
	// Half of them die.
	const left: (number | null | undefined)[] = [];
	for (let beat = 40; beat < 46; beat++) {
		for (const i of [0, 1, 2]) history.append(BEGIN + beat * 5000 + i * 700, [memory[i] as number], [100]);
		left.push(chart("memory_mb").series[0]?.values.at(-1));
	}
	expect(left).toEqual([600, 600, 300, 300, 300, 300]);
	// Another look at the same time says the same.
	const again = wholly(
		history.metrics({ kind: "metrics", selectors: ["memory_mb"], range: "300s", points: 60, fold: "sum" }, history.newest),
	);
	expect(again.series[0]?.values).toEqual(chart("memory_mb").series[0]?.values);
});

test("by default a chart draws up to ten series each, more as one, and a counter as a rate", () => {
	const history = new History(openNodeSql(":memory:"));
	const define = (name: string, i: number, type: "counter" | "gauge") => history.define({ name, labels: { worker: `w${i}` }, type });
	const ask = (name: string, more: { points?: number } = {}) =>
		wholly(history.metrics({ kind: "metrics", selectors: [name], range: "5m", points: 30, ...more }, history.newest));
	const run = (numbers: number[], from: number, beats: number) => {
		for (let i = from; i < from + beats; i++) {
			history.append(
				BEGIN + i * 5000,
				numbers,
				numbers.map(() => i * 10),
			);
		}
	};
	const ten = Array.from({ length: 10 }, (_, i) => define("tasks_total", i, "counter"));
	run(ten, 0, 1);
	// Measured once: there is no rate yet, and the lines are those there will be.
	expect(ask("tasks_total").series.map(({ key, values }) => [key, values.every((value) => value === null)])).toEqual(
		ten.map((_, i) => [`tasks_total{worker="w${i}"}`, true]),
	);
	run(ten, 1, 19);
	const each = ask("tasks_total");
	expect(each.series).toHaveLength(10);
	for (const { values, aggregation, across } of each.series) {
		expect([aggregation, across]).toEqual(["rate", undefined]);
		expect(values.findLast((value) => value !== null)).toBe(2);
	}
	// What is true now is the newest total, of all of them.
	expect(ask("tasks_total", { points: 1 }).series).toMatchObject([
		{ aggregation: "last", across: { fold: "sum", series: 10 }, values: [1900] },
	]);
	run([...ten, define("tasks_total", 10, "counter")], 20, 20);
	expect(ask("tasks_total").series).toMatchObject([{ key: "tasks_total", aggregation: "rate", across: { fold: "sum", series: 11 } }]);
	// Only the latest instant says anything.
	run(
		Array.from({ length: 12 }, (_, i) => define("last_success_timestamp_seconds", i, "gauge")),
		40,
		2,
	);
	expect(ask("last_success_timestamp_seconds").series).toMatchObject([{ aggregation: "last", across: { fold: "max", series: 12 } }]);
});
