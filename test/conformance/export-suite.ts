import { beforeAll, describe, expect, test } from "vitest";
import type { MetricsAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import type { UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { helloOf, lines, push } from "./example-colony.ts";
import { type ExportedSeries, readCsv, readJson, readOpenMetrics } from "./export-readers.ts";
import type { Host } from "./host.ts";

const BASE = "/clusters/exports.1";
/** Enough for several pieces, sealed windows and a merged span. */
const TICKS = 2400;
const STEP = 5000;
const END = Math.floor(Date.now() / STEP) * STEP;
const BEGIN = END - (TICKS - 1) * STEP;
/** A formula to a spreadsheet, a quote to CSV, escapes to OpenMetrics. */
const HOSTILE = '=1+"2"\\,\n@x';

const SERIES = [
	{ id: 0, name: "cpu_percent", labels: { worker: "worker-1" }, type: "gauge", unit: "percent", help: "Share of\none core" },
	{ id: 1, name: "cpu_percent", labels: { worker: HOSTILE, zone: "+1" }, type: "gauge", unit: "percent" },
	{ id: 2, name: "records_total", type: "counter" },
	{ id: 3, name: "odd", type: "gauge", unit: "=cmd()" },
	{ id: 4, name: "records", type: "gauge" },
] as const;
const valuesAt = (i: number): number[] => [
	45 + (i % 90) / 10,
	-1 - i / 10,
	2 ** 53 + 2 * i,
	[1e308, 5e-324, 0.1, -7][i % 4] as number,
	i % 3,
];

function* frames(): Generator<UpFrame> {
	yield { type: "series", seq: 1, series: SERIES.map((series) => ({ ...series })) };
	for (let i = 0; i < TICKS; i++) yield { type: "tick", seq: 2 + i, at: BEGIN + i * STEP, ids: [0, 1, 2, 3, 4], values: valuesAt(i) };
}

/** Pushed samples, as every format should return them. */
function pushed(of: (series: (typeof SERIES)[number]) => boolean = () => true, from = BEGIN, until = END): ExportedSeries[] {
	const ticks = Array.from({ length: TICKS }, (_, i) => i).filter((i) => BEGIN + i * STEP >= from && BEGIN + i * STEP <= until);
	return SERIES.filter(of).map((series) => ({
		name: series.name,
		labels: "labels" in series ? series.labels : {},
		samples: ticks.map((i) => ({ at: BEGIN + i * STEP, value: valuesAt(i)[series.id] as number })),
	}));
}

const FORMATS = [
	{ format: "csv", read: readCsv, type: "text/csv; charset=utf-8; header=present", extension: "csv" },
	{ format: "json", read: readJson, type: "application/json; charset=utf-8", extension: "json" },
	{
		format: "openmetrics",
		read: readOpenMetrics,
		type: "application/openmetrics-text; version=1.0.0; charset=utf-8",
		extension: "txt",
	},
] as const;

/** Exports give back what was pushed, in every format, however long they are. */
export function exportSuite(host: () => Host): void {
	beforeAll(async () => {
		const all = [...frames()];
		const epoch = helloOf("exports");
		for (let from = 0; from < all.length; from += 400) {
			const response = await push(host(), BASE, lines(epoch, ...all.slice(from, from + 400)));
			expect(await response.text()).not.toContain('"error"');
		}
	});
	const ask = (query: string, init?: RequestInit) => fetch(`${host().url}${BASE}/api/export?${query}`, init);

	describe.each(FORMATS)("as $format", ({ format, read, type, extension }) => {
		test("every series, bit for bit", async () => {
			const response = await ask(`format=${format}&start=${BEGIN}`);
			expect(response.status).toBe(200);
			expect(response.headers.get("content-type")).toBe(type);
			expect(response.headers.get("cache-control")).toBe("no-store");
			expect(response.headers.get("content-disposition")).toMatch(
				new RegExp(`^attachment; filename="exports\\.1_\\d{8}T\\d{6}Z_\\d{8}T\\d{6}Z\\.${extension}"$`),
			);
			expect(read(await response.text())).toEqual(pushed());
		});

		test("the same as /api/metrics has", async () => {
			const period = `start=${END - 100 * STEP}&end=${END}`;
			const metrics = (await (
				await fetch(`${host().url}${BASE}/api/metrics?names=cpu_percent,records_total&fold=each&${period}`)
			).json()) as MetricsAnswer;
			const exported = read(await (await ask(`names=cpu_percent,records_total&format=${format}&${period}`)).text());
			// There the start is left out, here it is in.
			expect(exported.map(({ samples }) => samples.slice(1))).toEqual(
				Object.values(metrics).map((samples) => samples.map(({ timestamp, value }) => ({ at: Date.parse(timestamp), value }))),
			);
		});

		test("labels select series, the range includes both ends, and an unknown name is listed", async () => {
			const [from, until] = [BEGIN + 70 * STEP, BEGIN + 80 * STEP];
			const names = encodeURIComponent(`nobody,cpu_percent{worker=${JSON.stringify(HOSTILE)}}`);
			const response = await ask(`names=${names}&start=${from}&end=${until}&format=${format}`);
			expect(response.headers.get("unknown-metrics")).toBe("nobody");
			expect(read(await response.text())).toEqual(pushed(({ id }) => id === 1, from, until));
		});
	});

	test("without a range, the last hour as CSV", async () => {
		const response = await ask("names=odd");
		expect(readCsv(await response.text())).toEqual(pushed(({ id }) => id === 3, END - 3_600_000));
	});

	test("no cell of a CSV is a formula", async () => {
		const text = await (await ask(`start=${END - STEP}`)).text();
		expect(text).toContain("'=cmd()");
		expect(text.split(/\r\n|,/).filter((cell) => /^"?[=+@]/.test(cell))).toEqual([]);
	});

	test("HEAD has the headers and no body", async () => {
		const response = await ask("format=json", { method: "HEAD" });
		expect(response.status).toBe(200);
		expect(response.headers.get("content-disposition")).toContain(".json");
		expect(await response.text()).toBe("");
	});

	test("a reader that disconnects in the middle affects nobody else", async () => {
		const response = await ask("start=0");
		const reader = response.body?.getReader();
		expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
		await reader?.cancel();
		expect(readCsv(await (await ask(`names=odd&start=${END}`)).text())).toEqual(pushed(({ id }) => id === 3, END));
	});

	test("a cluster nobody ever pushed to has nothing to export", async () => {
		const response = await fetch(`${host().url}/clusters/nobody/api/export`);
		expect(response.status).toBe(404);
		expect(response.headers.get("content-type")).toBe("application/problem+json");
	});
}
