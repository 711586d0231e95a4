import { expect, test } from "vitest";
import { openNodeSql } from "../../colony-bridge/host/node-sql.ts";
import { csv } from "../../durable/history/export/csv.ts";
import { json } from "../../durable/history/export/json.ts";
import { openMetrics } from "../../durable/history/export/open-metrics.ts";
import { History } from "../../durable/history/history.ts";

const BEGIN = Date.UTC(2026, 0, 15, 10, 0, 0);

function small(): History {
	const history = new History(openNodeSql(":memory:"));
	const cpu = history.define({
		name: "cpu_percent",
		labels: { worker: 'a"b\\c\nd' },
		type: "gauge",
		unit: "percent",
		help: "Share of\none core",
	});
	const other = history.define({ name: "cpu_percent", labels: { worker: "w2", zone: "z" }, type: "gauge", unit: "percent" });
	const total = history.define({ name: "jobs_total", type: "counter" });
	const odd = history.define({ name: "odd", type: "counter", unit: "=cmd" });
	history.append(BEGIN, [cpu, other, total, odd], [45.2, 1, 7, -0]);
	history.append(BEGIN + 5000, [cpu, total, odd], [45.3, 9, 1e308]);
	return history;
}

const RANGE = { start: BEGIN, end: BEGIN + 5000 };

test("CSV quotes what must be, and no cell is a formula", () => {
	expect([...csv(small(), RANGE)].join("")).toBe(
		[
			"timestamp,name,labels,unit,value",
			'2026-01-15T10:00:00.000Z,cpu_percent,"{worker=""a\\""b\\\\c\\nd""}",percent,45.2',
			'2026-01-15T10:00:05.000Z,cpu_percent,"{worker=""a\\""b\\\\c\\nd""}",percent,45.3',
			'2026-01-15T10:00:00.000Z,cpu_percent,"{worker=""w2"",zone=""z""}",percent,1',
			"2026-01-15T10:00:00.000Z,jobs_total,,,7",
			"2026-01-15T10:00:05.000Z,jobs_total,,,9",
			"2026-01-15T10:00:00.000Z,odd,,'=cmd,-0",
			"2026-01-15T10:00:05.000Z,odd,,'=cmd,1e+308",
			"",
		].join("\r\n"),
	);
});

test("JSON is one document and gives every double back", () => {
	const { series } = JSON.parse([...json(small(), RANGE)].join("")) as {
		series: { name: string; samples: { timestamp: string; value: number }[] }[];
	};
	expect(series.map(({ name }) => name)).toEqual(["cpu_percent", "cpu_percent", "jobs_total", "odd"]);
	expect(series[0]).toEqual({
		name: "cpu_percent",
		labels: { worker: 'a"b\\c\nd' },
		type: "gauge",
		unit: "percent",
		samples: [
			{ timestamp: "2026-01-15T10:00:00.000Z", value: 45.2 },
			{ timestamp: "2026-01-15T10:00:05.000Z", value: 45.3 },
		],
	});
	expect(series[3]?.samples.map(({ value }) => value)).toEqual([-0, 1e308]);
	expect(JSON.parse([...json(small(), { ...RANGE, selectors: ["nothing"] })].join(""))).toEqual({ series: [] });
});

test("OpenMetrics: one family a name, counters by their rules, the end said", () => {
	expect([...openMetrics(small(), RANGE)].join("")).toBe(
		[
			"# TYPE cpu_percent gauge",
			"# UNIT cpu_percent percent",
			"# HELP cpu_percent Share of\\none core",
			'cpu_percent{worker="a\\"b\\\\c\\nd"} 45.2 1768471200.000',
			'cpu_percent{worker="a\\"b\\\\c\\nd"} 45.3 1768471205.000',
			'cpu_percent{worker="w2",zone="z"} 1 1768471200.000',
			"# TYPE jobs counter",
			"jobs_total 7 1768471200.000",
			"jobs_total 9 1768471205.000",
			"# TYPE odd unknown",
			"odd -0 1768471200.000",
			"odd 1e+308 1768471205.000",
			"# EOF",
			"",
		].join("\n"),
	);
});

test("selectors: each series once, names kept together; the range includes both ends", () => {
	const selectors = ['cpu_percent{worker="w2"}', "jobs_total", "cpu_percent", "???"];
	const lines = [...csv(small(), { start: BEGIN + 5000, end: BEGIN + 5000, selectors })].join("").split("\r\n");
	expect(lines.map((line) => line.split(",")[1])).toEqual(["name", "cpu_percent", "jobs_total", undefined]);
});

test("a long export comes in pieces, and pushes between them do no harm", () => {
	const sql = openNodeSql(":memory:");
	const history = new History(sql);
	const series = [0, 1, 2].map((i) => history.define({ name: `walk_${i}`, type: "gauge" }));
	let position = 0;
	const push = (i: number) =>
		sql.transaction(() => {
			history.append(BEGIN + i * 5000, series, [i % 97, i / 10, (i * i) % 1013]);
			history.commit(++position);
		});
	const pushes = 6000;
	for (let i = 0; i < pushes; i++) push(i);
	let text = "";
	let pieces = 0;
	let next = pushes;
	for (const piece of csv(history, { start: 0, end: BEGIN + (pushes - 1) * 5000 })) {
		text += piece;
		pieces++;
		for (let i = 0; i < 150; i++) push(next++);
	}
	expect(pieces).toBe(1 + 3 * Math.ceil(pushes / 2000));
	const rows = text.trim().split("\r\n").slice(1);
	expect(rows.length).toBe(3 * pushes);
	expect(rows[4321]).toBe(`${new Date(BEGIN + 4321 * 5000).toISOString()},walk_0,,,${4321 % 97}`);
	expect(rows[pushes + 4321]).toBe(`${new Date(BEGIN + 4321 * 5000).toISOString()},walk_1,,,${4321 / 10}`);
});
