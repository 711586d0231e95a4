import fc from "fast-check";
import { expect, test } from "vitest";
import { type ExportAsk, type Exportable, type ExportPlace, exportPart } from "../../durable/history/export.ts";
import { History } from "../../durable/history/history.ts";
import { wholly } from "../../durable/work/work.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { readOpenMetrics } from "../conformance/export-readers.ts";

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

/** Piece after piece, each with a call of its own, as the worker does it. */
function* pieces(from: Exportable, ask: Omit<ExportAsk, "rangeMs">): Generator<string> {
	let place: ExportPlace | undefined;
	do {
		// What is between two calls goes over the wire.
		const piece = wholly(exportPart(from, structuredClone({ rangeMs: 0, ...ask, ...(place && { place }) })));
		yield piece.text;
		place = piece.place;
	} while (place);
}
const whole = (from: Exportable, ask: Omit<ExportAsk, "rangeMs">): string => [...pieces(from, ask)].join("");

const RANGE = { start: BEGIN, end: BEGIN + 5000 };

test("CSV quotes what must be, and no cell is a formula", () => {
	expect(whole(small(), { format: "csv", ...RANGE })).toBe(
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
	const { series } = JSON.parse(whole(small(), { format: "json", ...RANGE })) as {
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
	expect(JSON.parse(whole(small(), { format: "json", ...RANGE, selectors: ["nothing"] }))).toEqual({ series: [] });
});

test("OpenMetrics: one family a name, counters by their rules, EOF at the end", () => {
	expect(whole(small(), { format: "openmetrics", ...RANGE })).toBe(
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

test("OpenMetrics: where names clash a counter goes by its whole name, and a strict parser reads it", () => {
	const history = new History(openNodeSql(":memory:"));
	const name = fc.constantFrom(
		"jobs",
		"jobs_total",
		"jobs_created",
		"jobs_created_total",
		"jobs_total_total",
		"_total",
		"bytes_total",
		"bytes",
	);
	const definition = fc.record({
		name,
		type: fc.constantFrom("counter" as const, "gauge" as const, "bucket" as const),
		unit: fc.constantFrom("bytes", "jobs"),
	});
	fc.assert(
		fc.property(fc.array(definition, { minLength: 1, maxLength: 8 }), (definitions) => {
			const history = new History(openNodeSql(":memory:"));
			const series = definitions.map((one, i) => history.define({ ...one, labels: { i: String(i) } }));
			history.append(BEGIN, series, series);
			const read = readOpenMetrics(whole(history, { format: "openmetrics", ...RANGE }));
			expect(read.map(({ name, samples }) => [name, samples[0]?.value]).sort()).toEqual(definitions.map(({ name }, i) => [name, i]).sort());
		}),
	);
	const [gauge, counter] = [history.define({ name: "jobs", type: "gauge" }), history.define({ name: "jobs_total", type: "counter" })];
	history.append(BEGIN, [gauge, counter], [3, 17]);
	const lines = whole(history, { format: "openmetrics", ...RANGE }).split("\n");
	expect(lines.filter((line) => line.startsWith("# TYPE"))).toEqual(["# TYPE jobs gauge", "# TYPE jobs_total unknown"]);
});

test("selectors: each series once, names kept together; the range includes both ends", () => {
	const selectors = ['cpu_percent{worker="w2"}', "jobs_total", "cpu_percent", "???"];
	const lines = whole(small(), { format: "csv", start: BEGIN + 5000, end: BEGIN + 5000, selectors }).split("\r\n");
	expect(lines.map((line) => line.split(",")[1])).toEqual(["name", "cpu_percent", "jobs_total", undefined]);
});

test("a long export is answered in pieces, and pushes between them change nothing", () => {
	const sql = openNodeSql(":memory:");
	const history = new History(sql);
	const series = [0, 1, 2].map((i) => history.define({ name: `walk_${i}`, type: "gauge" }));
	let position = 0;
	const push = (i: number) =>
		sql.transaction(() => {
			history.append(BEGIN + i * 5000, series, [i % 97, i / 10, (i * i) % 1013]);
			history.commit(++position);
		});
	const pushes = 20_000;
	for (let i = 0; i < pushes; i++) push(i);
	let text = "";
	let longest = 0;
	let calls = 0;
	let next = pushes;
	for (const piece of pieces(history, { format: "csv", start: 0, end: BEGIN + (pushes - 1) * 5000 })) {
		text += piece;
		calls++;
		longest = Math.max(longest, piece.length);
		// New series of an old name and of a new one among them.
		history.define({ name: "walk_0", labels: { late: String(calls) }, type: "gauge" });
		history.define({ name: `later_${calls}`, type: "gauge" });
		for (let i = 0; i < 150; i++) push(next++);
	}
	expect(longest).toBeLessThan(260_000);
	// Neither a piece a sample nor all at once.
	expect(calls).toBeGreaterThanOrEqual(text.length / 260_000);
	expect(calls).toBeLessThan(text.length / 130_000);
	const rows = text.trim().split("\r\n").slice(1);
	expect(rows.length).toBe(3 * pushes);
	const row = (series: number, i: number) =>
		`${new Date(BEGIN + i * 5000).toISOString()},walk_${series},,,${[i % 97, i / 10, (i * i) % 1013][series]}`;
	expect(rows).toEqual([0, 1, 2].flatMap((one) => Array.from({ length: pushes }, (_, i) => row(one, i))));
});

test.each(["json", "openmetrics"] as const)("%s in many pieces is one document", (format) => {
	const history = new History(openNodeSql(":memory:"));
	const series = Array.from({ length: 700 }, (_, i) => history.define({ name: `walk_${i % 7}`, labels: { i: String(i) }, type: "gauge" }));
	// Two of three have nothing in the range: they are passed over, piece by piece.
	for (let i = 0; i < 100; i++)
		history.append(
			BEGIN + i * 5000,
			series.filter((one) => one % 3 === 0),
			series.map(() => i),
		);
	const range = { start: BEGIN, end: BEGIN + 99 * 5000 };
	expect([...pieces(history, { format, ...range })].length).toBeGreaterThan(3);
	const text = whole(history, { format, ...range });
	const found =
		format === "json"
			? (JSON.parse(text) as { series: { labels: { i: string }; samples: unknown[] }[] }).series.map(
					({ labels, samples }) => [labels.i, samples.length] as const,
				)
			: Object.entries(Object.groupBy(text.match(/(?<=\{i=")\d+/g) ?? [], (i) => i)).map(([i, lines]) => [i, lines?.length] as const);
	const byNumber = found.map(([i, count]) => [Number(i), count]).sort(([a], [b]) => (a as number) - (b as number));
	expect(byNumber).toEqual(series.filter((one) => one % 3 === 0).map((one) => [one, 100]));
	if (format === "openmetrics") expect(text.match(/^# TYPE .*/gm)).toHaveLength(7);
});

test("the default end is the newest sample's, and stays; selectors that match nothing are listed once", () => {
	const history = small();
	const ask: ExportAsk = { format: "csv", rangeMs: 4000, selectors: ["nobody", "jobs_total", 'cpu_percent{worker="w9"}'] };
	const { text, ...piece } = wholly(exportPart(history, ask));
	expect(piece).toEqual({ start: BEGIN + 1000, end: BEGIN + 5000, unknown: ["nobody", 'cpu_percent{worker="w9"}'] });
	expect(text.split("\r\n").slice(1)).toEqual(["2026-01-15T10:00:05.000Z,jobs_total,,,9", ""]);
});
