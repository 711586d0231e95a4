/** Widgets as data: what each says of its answer, without a document. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckRow, LogRow } from "../../colony-bridge/protocol/query/rows.ts";
import { pictureCsv } from "../../web/chart/chart-csv.ts";
import { pictureOf } from "../../web/chart/picture.ts";
import { readingOf as gaugeReading, zoneExtent } from "../../web/widgets/gauge/arc.ts";
import { place } from "../../web/widgets/grid/placement.ts";
import { arrived, asText, filterLines, levelCounts, pieces, plainText } from "../../web/widgets/log/lines.ts";
import { readingOf as metricReading, moreIsWorse } from "../../web/widgets/metric/reading.ts";
import { checkLines } from "../../web/widgets/status/check-lines.ts";

const row = (id: number, level: LogRow["level"], message: string, source?: string): LogRow => ({
	id: String(id),
	at: Date.UTC(2026, 10, 25) + id,
	level,
	message,
	...(source && { source }),
});

describe("log lines", () => {
	test.each([
		["\u001b[31mred\u001b[0m and \u001b[1;38;5;208mbold\u001b[m", "red and bold"],
		["\u001b]0;title\u0007after", "after"],
		["\u001b]8;;https://example.com\u001b\\link\u001b]8;;\u001b\\", "link"],
		["one\r\ntwo\rthree\n\n", "one\ntwo\nthree"],
		["tab\there", "tab\there"],
		["bell\u0007 nul\u0000", "bell\ufffd nul\ufffd"],
		["user\u202egnp.exe", "user\ufffdgnp.exe"],
		["🐝 <b>ünï</b>", "🐝 <b>ünï</b>"],
		["an escape at the end \u001b", "an escape at the end \ufffd"],
	])("%j is shown as %j", (message, shown) => expect(plainText(message)).toBe(shown));

	test("nothing of a terminal is left, whatever was written", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), (message) => {
				// biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that must be gone
				expect(plainText(message)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
			}),
		);
	});

	const rows = [
		row(4, "ERROR", "Lost the queen", "worker-2"),
		row(3, "INFO", "hello", "queen"),
		row(2, "DEBUG", "x"),
		row(1, "INFO", "\u001b[1mhel\u001b[0mlo"),
	];
	const ids = (list: readonly LogRow[]) => list.map(({ id }) => id).join();

	test("a search finds message and source whatever the case, levels are left out", () => {
		const none = new Set<LogRow["level"]>();
		expect(filterLines(rows, { search: "", without: none })).toBe(rows);
		expect(ids(filterLines(rows, { search: "QUEEN", without: none }))).toBe("4,3");
		expect(ids(filterLines(rows, { search: "hello", without: none }))).toBe("3,1");
		expect(ids(filterLines(rows, { search: "", without: new Set(["INFO"]) }))).toBe("4,2");
		expect(ids(filterLines(rows, { search: "queen", without: new Set(["INFO"]) }))).toBe("4");
		expect([...levelCounts(rows)]).toEqual([
			["ERROR", 1],
			["INFO", 2],
			["DEBUG", 1],
		]);
	});

	test("the pieces of a text are the text, and those found are what was looked for", () => {
		fc.assert(
			fc.property(
				fc.string({ unit: fc.constantFrom("a", "B", "b", "İ", "ß", " ") }),
				fc.string({ unit: fc.constantFrom("a", "b", "İ") }),
				(text, search) => {
					const all = pieces(text, search);
					expect(all.map((piece) => piece.text).join("")).toBe(text);
					for (const { text: part, found } of all) if (found) expect(part.toLowerCase()).toBe(search.toLowerCase());
				},
			),
		);
		expect(pieces("abcAB", "ab").filter(({ found }) => found)).toHaveLength(2);
	});

	test("lines that arrive while it is paused are counted", () => {
		expect(arrived(rows, rows.slice(2))).toEqual({ count: 2, all: false });
		expect(arrived(rows, rows)).toEqual({ count: 0, all: false });
		expect(arrived(rows, [row(0, "INFO", "long gone")])).toEqual({ count: 4, all: true });
		expect(arrived(rows, [])).toEqual({ count: 4, all: false });
	});

	test("as a file: oldest first, a line each with instant, level and source", () => {
		expect(asText(rows.slice(0, 2))).toBe(
			"2026-11-25T00:00:00.003Z INFO queen: hello\n2026-11-25T00:00:00.004Z ERROR worker-2: Lost the queen\n",
		);
	});
});

describe("a gauge", () => {
	const scale = { minValue: 0, maxValue: 100, thresholds: { green: 70, yellow: 85, red: 100 } };
	test.each([
		[0, "green", undefined],
		[70, "green", undefined],
		[71, "yellow", undefined],
		[99, "red", undefined],
		[130, "red", "above"],
		[-5, "green", "below"],
	])("%d is in the %s zone", (value, zone, beyond) => expect(gaugeReading(value, scale)).toMatchObject({ zone, beyond }));

	test("says where a zone begins and ends", () => {
		const words = (value: number) => `${value} %`;
		expect((["green", "yellow", "red"] as const).map((zone) => zoneExtent(zone, scale.thresholds, words))).toEqual([
			"up to 70 %",
			"70 % to 85 %",
			"above 85 %",
		]);
		// A battery: low is bad.
		expect(zoneExtent("red", { red: 20, yellow: 40, green: 100 }, words)).toBe("up to 20 %");
		expect(zoneExtent("green", { green: 70 }, words)).toBe("");
	});
});

describe("one number", () => {
	const answer = (...values: (number | null)[]) => ({
		start: 0,
		step: 1000,
		length: values.length,
		series: [{ key: "m", name: "m", type: "gauge" as const, aggregation: "avg" as const, values }],
	});
	test("the newest, with its age and its change", () => {
		expect(metricReading(answer(1, 2, 3, 5))).toEqual({ value: 5, at: 3000, stale: false, change: { by: 4, overMs: 3000 } });
		expect(metricReading(answer(null, null, null, null, 2, 5))).toEqual({ value: 5, at: 5000, stale: false });
		expect(metricReading(answer(1, 2, 3, null, null, null))).toMatchObject({ value: 3, at: 2000, stale: true });
		expect(metricReading(answer(null, null))).toBeUndefined();
		expect(metricReading({ ...answer(), series: [] })).toBeUndefined();
	});

	test("more is worse of what says so, and of nothing else", () => {
		for (const metric of ["tasks_failed", "errors_total", "stream_lag_seconds", "latency_p99", 'http_errors{code="500"}']) {
			expect(moreIsWorse(metric), metric).toBe(true);
		}
		for (const metric of ["tasks_total", "cpu_percent", "plates_total", "flag", "terrors_x"])
			expect(moreIsWorse(metric), metric).toBe(false);
	});
});

describe("checks", () => {
	const check = (id: string, status: CheckRow["status"]): CheckRow => ({ id, status, values: {} });
	const rows = [check("db-1", "ok"), check("db-2", "failed"), check("kafka", "warning"), check("a.b", "ok")];
	const ids = (names: string[]) => checkLines(names, rows).map(({ id }) => id);

	test("failed checks first, then those without a report", () => {
		expect(ids(["a.b", "ghost", "kafka", "db-2"])).toEqual(["db-2", "kafka", "ghost", "a.b"]);
		expect(ids([])).toEqual(["db-2", "kafka", "db-1", "a.b"]);
	});

	test("a glob stands for those it matches, each once; one that matches nothing says so", () => {
		expect(ids(["db-*", "db-1"])).toEqual(["db-2", "db-1"]);
		expect(ids(["a?b"])).toEqual(["a.b"]);
		expect(ids(["a.*c", "nope-*"])).toEqual(["a.*c", "nope-*"]);
	});
});

test("a chart's text: instants, units, holes, and no formula for a spreadsheet", () => {
	const lines = [
		{ key: "a", name: '=HYPERLINK("x")', values: [1, null] },
		{ key: "b", name: "b, c", values: [2, 3] },
	];
	const model = { start: 0, step: 1000, length: 2, unit: "bytes", lines, left: 0 };
	expect(pictureCsv(pictureOf("line", model, lines))).toBe(
		`time,"'=HYPERLINK(""x"") (bytes)","b, c (bytes)"\r\n1970-01-01T00:00:00.000Z,1,2\r\n1970-01-01T00:00:01.000Z,,3\r\n`,
	);
});

test("placed widgets stand in their rows and columns, the others flow in their order", () => {
	const widget = (title: string, position?: [number, number]) => ({
		kind: "status" as const,
		title,
		checks: [],
		...(position && { position }),
	});
	const { rows, columns, flowing } = place([widget("a"), widget("b", [5, 2]), widget("c", [0, 1]), widget("d", [5, 0]), widget("e")]);
	expect(rows.map((placed) => placed.map(({ spec, order }) => [spec.title, order]))).toEqual([
		[["c", 2]],
		[
			["d", 3],
			["b", 1],
		],
	]);
	expect(columns).toBe(3);
	expect(flowing.map(({ spec }) => spec.title)).toEqual(["a", "e"]);
});
