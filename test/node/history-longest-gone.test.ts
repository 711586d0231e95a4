import { expect, test } from "vitest";
import type { SeriesDefinition } from "../../colony-bridge/protocol/wire/series.ts";
import { History } from "../../durable/history/history.ts";
import { SeriesLimit } from "../../durable/history/index/active-series.ts";
import { wholly } from "../../durable/work/work.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);
const OPTIONS = { knownSeries: 1_000 };
const pod = (day: number, i: number): SeriesDefinition => ({ name: `cpu_${i % 5}`, labels: { pod: `pod-${day}-${i}` }, type: "gauge" });
const lasting = (i: number): SeriesDefinition => ({ name: "steady", labels: { node: `${i}` }, type: "gauge" });

test("pods come and go for two months: the longest stale ones are forgotten, those active or of yesterday keep their history", () => {
	const sql = openNodeSql(":memory:");
	let history = new History(sql, OPTIONS);
	let position = 0;
	const push = (at: number, definitions: SeriesDefinition[]) =>
		sql.transaction(() => {
			const numbers = definitions.map((definition) => history.define(definition));
			history.append(
				at,
				numbers,
				numbers.map(() => 1),
			);
			history.commit(++position);
			return numbers;
		});
	const steady = Array.from({ length: 20 }, (_, i) => lasting(i));
	const first = push(START, steady);
	// One that reports once in three days.
	const seldom: SeriesDefinition = { name: "seldom", type: "gauge" };
	let seldomly = -1;
	for (let day = 0; day < 60; day++) {
		const pods = Array.from({ length: 60 }, (_, i) => pod(day, i));
		for (let hour = 0; hour < 24; hour += 2) {
			const at = START + (day * 24 + hour) * HOUR + 1;
			// Several pushes: what has to be written is written a little at each.
			for (let i = 0; i < 6; i++) push(at + i * 60_000, [...steady, ...pods]);
		}
		if (day % 3 === 0) {
			const [number] = push(START + (day * 24 + 23) * HOUR, [seldom]) as [number];
			if (seldomly >= 0) expect(number, `day ${day}`).toBe(seldomly);
			seldomly = number;
		}
		if (day % 20 === 10) {
			const before = history.counts();
			history = new History(sql, OPTIONS);
			expect(history.counts().total).toBe(before.total);
		}
	}
	const { total, limits } = history.counts();
	expect(total).toBeLessThan(1_000);
	expect(total).toBeGreaterThan(700);
	expect(limits.total).toBe(1_000);
	expect(push(START + 60 * 24 * HOUR, steady)).toEqual(first);
	const { rows } = wholly(history.list({ kind: "series", limit: 500, match: "pod-0-" }));
	expect(rows, "the first pods are let go").toEqual([]);
	expect(wholly(history.list({ kind: "series", limit: 500, match: "pod-58-" })).total).toBe(60);
	const end = history.newest;
	const chart = (selector: string) =>
		wholly(history.metrics({ kind: "metrics", selectors: [selector], range: "6h", points: 10, end: START + 40 * 24 * HOUR }, end));
	expect(chart('steady{node="3"}').series.flatMap(({ values }) => values.filter((value) => value !== null)).length).toBeGreaterThan(0);
	// One that was let go and comes back is a new series.
	push(end + 1, [pod(0, 0)]);
	expect(wholly(history.list({ kind: "series", limit: 500, match: "pod-0-" })).total).toBe(1);
});

test("if all known series are active, a new one is refused with the setting to raise", () => {
	const history = new History(openNodeSql(":memory:"), { knownSeries: 10 });
	for (let i = 0; i < 10; i++) history.define(lasting(i));
	expect(() => history.define(lasting(10))).toThrow(SeriesLimit);
	expect(() => history.define(lasting(10))).toThrow(
		/already has 10 known series; report fewer, or raise knownSeries in the dashboard's configuration/,
	);
	expect(() => new History(openNodeSql(":memory:"), { activeSeries: 1 }).define(lasting(0))).not.toThrow();
});

test("log entries of a series that was forgotten since are applied under its number", () => {
	const sql = openNodeSql(":memory:");
	const history = new History(sql, {});
	const numbers = [0, 1, 2].map((i) => history.define(lasting(i)));
	expect(history.redefine(lasting(1), 1)).toBe(1);
	expect(numbers).toEqual([0, 1, 2]);
});
