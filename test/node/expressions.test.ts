/** PromQL on pages and in widgets: charts at the steps of the newest sample, tables of the present result, explanations. */
import { beforeEach, describe, expect, test } from "vitest";
import { parse } from "../../colony-bridge/protocol/promql/parse.ts";
import type { Fold } from "../../colony-bridge/protocol/query/query.ts";
import type { Aggregation } from "../../colony-bridge/protocol/wire/measure.ts";
import { asPromql } from "../../web/explorer/as-promql.ts";
import { hello, Rig, START, Watcher } from "./cluster-rig.ts";

const SERIES = ["a", "b", "c"].flatMap((worker, id) => [
	{ id: 2 * id, name: "cpu_percent", type: "gauge", unit: "percent", labels: { worker } },
	{ id: 2 * id + 1, name: "tasks_total", type: "counter", labels: { worker } },
]);
const STEP_MS = 10_000;

let rig: Rig;
let seq: number;
/** A push: CPU of 10, 20 and 30 %, and totals that rise by 1, 2 and 3 a second. */
function push(): void {
	rig.now += STEP_MS;
	const seconds = (rig.now - START) / 1000;
	rig.push(hello(), {
		type: "tick",
		seq: ++seq,
		at: rig.now,
		ids: [0, 1, 2, 3, 4, 5],
		values: [10, seconds, 20, 2 * seconds, 30, 3 * seconds],
	});
}
beforeEach(() => {
	begin(new Rig());
});
function begin(fresh: Rig): void {
	rig = fresh;
	seq = 1;
	rig.push(hello(), { type: "series", seq, series: SERIES });
	for (let i = 0; i < 30; i++) push();
}

const promql = (expr: string, more: object = {}) => ({ kind: "promql" as const, expr, range: "5m", points: 30, ...more });
const chart = (expr: string, more: object = {}) => rig.ask<"promql">(promql(expr, more));
const newest = (expr: string, more: object = {}) =>
	Object.fromEntries(
		chart(expr, more).series.map(({ name, labels = {}, values }) => [`${name}${Object.values(labels).join()}`, values.at(-1)]),
	);

describe("a chart", () => {
	test("has a line for each series of the result, and a name where the result still is that of a metric", () => {
		expect(newest("rate(tasks_total[1m])")).toEqual({ a: 1, b: 2, c: 3 });
		expect(newest("cpu_percent > 15")).toEqual({ cpu_percentb: 20, cpu_percentc: 30 });
		expect(newest("sum(rate(tasks_total[1m]))")).toEqual({ "sum(rate(tasks_total[1m]))": 6 });
		expect(newest("1 + 1")).toEqual({ "1 + 1": 2 });
		expect(newest("max(cpu_percent)", { points: 1 })).toEqual({ "max(cpu_percent)": 30 });
	});

	test("stands at multiples of its step up to the newest sample, and says nothing of the time before there was one", () => {
		const { start, step, length, series } = chart("cpu_percent", { range: "10m", points: 60 });
		expect({ step, last: start + (length - 1) * step }).toEqual({ step: STEP_MS, last: rig.now });
		expect(series[0]?.values.slice(0, 30)).toEqual(new Array(30).fill(null));
		expect(series[0]?.values.slice(31)).toEqual(new Array(29).fill(10));
	});

	test.each([
		["up{", "1:4: parse error: unexpected end of input inside braces"],
		["sum(cpu_percent", /^1:\d+: parse error/],
		["cpu_percent[5m]", /range vector/],
		['"text"', /string/],
	])("%s is refused, and it is said where", (expr, words) => {
		const { refused, series } = chart(expr);
		expect(series).toEqual([]);
		expect(refused).toMatch(words);
	});

	test.each([["limitk(1, cpu_percent)"], ["sum(rate(tasks_total[30 + 30]))"], ["increase(tasks_total[1m] anchored)"]])(
		"%s is understood where experimental PromQL is switched on, and refused where it is not",
		(expr) => {
			expect(chart(expr).refused).toMatch(/experimental|feature|not enabled|disabled/i);
			begin(new Rig({ experimentalPromql: true }));
			expect(chart(expr)).not.toHaveProperty("refused");
			expect(chart(expr).series).not.toEqual([]);
		},
	);

	test("tells warnings and notes", () => {
		expect(chart("rate(cpu_percent[1m])").notes).toEqual([expect.stringMatching(/might not be a counter.*\(1:6\)/)]);
		expect(chart("cpu_percent").notes).toBeUndefined();
	});

	test("sees the dashboard's own numbers", () => {
		const own = chart("hiveframe_dashboard_pushes_total").series;
		expect(own).toHaveLength(1);
		expect(own[0]?.values.at(-1)).toBeGreaterThan(0);
	});

	test("more series than there is room for are counted", () => {
		const more = Array.from({ length: 150 }, (_, i) => ({ id: 10 + i, name: "many", type: "gauge", labels: { i: String(i) } }));
		rig.push(hello(), { type: "series", seq: ++seq, series: more });
		rig.now += STEP_MS;
		rig.push(hello(), { type: "tick", seq: ++seq, at: rig.now, ids: more.map(({ id }) => id), values: more.map(() => 1) });
		expect(chart("many")).toMatchObject({ omitted: 50, series: { length: 100 } });
	});

	test("that is watched goes on by the columns that are new, and equals a new answer", () => {
		const queries = [
			promql("sum by (worker) (rate(tasks_total[1m]))"),
			{ kind: "series" as const, expr: "topk(2, cpu_percent)", limit: 10 },
		];
		const watcher = new Watcher(rig, queries);
		for (let i = 0; i < 5; i++) {
			push();
			rig.pass(1000);
			rig.now -= 1000;
			expect(watcher.answers[0]).toEqual(rig.ask<"promql">(queries[0] as never));
			expect(watcher.answers[1]).toEqual(rig.ask<"series">(queries[1] as never));
		}
		expect(watcher.longest).toBeLessThan(500);
	});
});

describe("a table", () => {
	const rows = (expr: string, more: object = {}) => rig.ask<"series">({ kind: "series", expr, limit: 100, ...more });

	test("has a row for each series of the result, in the order and by the filter asked for", () => {
		expect(rows("cpu_percent").rows).toEqual(
			["a", "b", "c"].map((worker, i) => ({
				id: `cpu_percent{worker="${worker}"}`,
				name: "cpu_percent",
				type: "gauge",
				labels: { worker },
				value: 10 * (i + 1),
				at: rig.now,
			})),
		);
		expect(rows("rate(tasks_total[1m])", { sort: "value", descending: true, limit: 2 })).toMatchObject({
			total: 3,
			rows: [{ labels: { worker: "c" }, value: 3 }, { value: 2 }],
		});
		expect(rows("cpu_percent", { filter: "value>15" })).toMatchObject({ total: 2, unfiltered: 3 });
		expect(rows("cpu_percent", { sort: "worker", descending: true }).rows[0]).toMatchObject({ value: 30 });
	});

	test("an expression that does not parse is refused", () => {
		expect(rows("up{")).toMatchObject({ total: 0, rows: [], refused: expect.stringContaining("parse error") });
	});
});

describe("an explanation", () => {
	const explain = (expr: string) => rig.ask<"explain">({ kind: "explain", expr });

	test("has the parts with the series of each, and the samples that were read", () => {
		expect(explain("sum by (worker) (rate(tasks_total[1m])) / on (worker) cpu_percent").root).toMatchObject({
			series: 3,
			parts: [
				{
					text: "sum by (worker) (rate(tasks_total[1m]))",
					series: 3,
					parts: [{ text: "rate(tasks_total[1m])", series: 3, samples: 18, parts: [] }],
				},
				{ text: "cpu_percent", series: 3 },
			],
		});
	});

	test.each([
		["cpu_percnt", "no metric has this name"],
		['cpu_percent{worker="z"}', "none of the 3 series of this name has these labels"],
		["cpu_percent > 50", "no value passes the comparison"],
		["cpu_percent + on (host) tasks_total{worker='z'}", undefined],
		["rate(cpu_percent[1s])", "no series has enough samples in its range"],
	])("%s is empty, and it is said why", (expr, why) => {
		const { root } = explain(expr);
		expect(root?.series).toBe(0);
		expect(root?.why).toBe(why);
	});
});

describe("a row of the form in PromQL", () => {
	const asked = (aggregation: Aggregation, type: "gauge" | "bucket" = "gauge", fold?: Fold) => {
		const series = [{ key: "a", name: "a", type, aggregation, values: [] }];
		const query = { text: "a", draw: "line", graph: "graph.1", ...(fold && { fold }) } as const;
		return asPromql(query, { kind: "metrics", start: 0, step: 20_000, length: 0, series, unknown: [], omitted: 0 });
	};

	test.each([
		["a", asked("last")],
		["avg_over_time(a[20s])", asked("avg")],
		["max(avg_over_time(a[20s]))", asked("avg", "gauge", "max")],
		["rate(a[1m])", asked("rate")],
		["increase(a[20s])", asked("increase")],
		["quantile_over_time(0.95, a[20s])", asked("p95")],
		["histogram_quantile(0.95, sum by (le) (rate(a[1m])))", asked("p95", "bucket")],
	])("%s", (text, expr) => {
		expect(expr).toBe(text);
		expect(() => parse(text)).not.toThrow();
	});
});
