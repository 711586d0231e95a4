import { beforeAll, describe, expect, test } from "vitest";
import type { UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { helloOf, lines, push } from "./example-colony.ts";
import type { Host } from "./host.ts";

const BASE = "/clusters/prom.1";
const API = `${BASE}/prometheus/api/v1`;
/** Between ticks, ms, and ticks: forty minutes. */
const STEP = 60_000;
const TICKS = 41;
/** Instants of the last and the first tick, ms: of the time of the push, since old values are not told to scrapers. */
let END = 0;
let BEGIN = 0;
const seconds = (at: number): number => at / 1000;
const HOSTILE = '"\\\n</script>';

const SERIES = [
	{ id: 0, name: "requests_total", labels: { code: "200", worker: "a" }, type: "counter", help: 'Requests\nand "more"' },
	{ id: 1, name: "requests_total", labels: { code: "500", worker: "a" }, type: "counter" },
	{ id: 2, name: "level", labels: { worker: "a" }, type: "gauge", unit: "percent" },
	{ id: 3, name: "level", labels: { worker: HOSTILE }, type: "gauge", unit: "percent" },
	{ id: 4, name: "seconds_bucket", labels: { le: "1" }, type: "bucket" },
	{ id: 5, name: "seconds_bucket", labels: { le: "+Inf" }, type: "bucket" },
	{ id: 6, name: "ended", type: "gauge" },
] as const;
const valuesAt = (i: number): number[] => [i * 15, i, 50 + i, -0.5, i, i * 2, 7];
/** The last series ends half way. */
const lives = (id: number, i: number): boolean => id !== 6 || i <= TICKS / 2;

function frames(): UpFrame[] {
	return [
		{ type: "series", seq: 1, series: SERIES.map((series) => ({ ...series })) },
		...Array.from({ length: TICKS }, (_, i): UpFrame => {
			const ids = SERIES.map(({ id }) => id).filter((id) => lives(id, i));
			return { type: "tick", seq: 2 + i, at: BEGIN + i * STEP, ids, values: ids.map((id) => valuesAt(i)[id] as number) };
		}),
	];
}

interface Answer {
	status: string;
	data: { resultType: string; result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[] };
	errorType?: string;
	error?: string;
	warnings?: string[];
	infos?: string[];
}

/** Requests of Grafana, Prometheus and other clients of Prometheus' HTTP API, and of scrapers. */
export function prometheusSuite(host: () => Host): void {
	beforeAll(async () => {
		END = Math.floor(Date.now() / STEP) * STEP;
		BEGIN = END - (TICKS - 1) * STEP;
		const response = await push(host(), BASE, lines(helloOf("prom"), ...frames()));
		expect(await response.text()).not.toContain('"error"');
	});
	const at = (path: string, parameters: Record<string, string | number> | [string, string][] = {}) => {
		const query = new URLSearchParams(Array.isArray(parameters) ? parameters : Object.entries(parameters).map(([k, v]) => [k, String(v)]));
		return `${host().url}${path}?${query}`;
	};
	const get = async (path: string, parameters?: Record<string, string | number> | [string, string][]) => {
		const response = await fetch(at(`${API}/${path}`, parameters));
		expect(response.headers.get("content-type")).toBe("application/json");
		return { status: response.status, body: (await response.json()) as Answer };
	};
	const post = async (path: string, parameters: Record<string, string | number>) => {
		const body = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
		const response = await fetch(`${host().url}${API}/${path}`, { method: "POST", body });
		return { status: response.status, body: (await response.json()) as Answer };
	};
	const data = async (path: string, parameters?: Record<string, string | number> | [string, string][]) => {
		const { status, body } = await get(path, parameters);
		expect(body).toMatchObject({ status: "success" });
		expect(status).toBe(200);
		return body.data as unknown;
	};

	describe("queries", () => {
		test("of an instant give the samples of that instant", async () => {
			expect(await data("query", { query: 'requests_total{code="200"}', time: seconds(END) })).toEqual({
				resultType: "vector",
				result: [{ metric: { __name__: "requests_total", code: "200", worker: "a" }, value: [seconds(END), String(40 * 15)] }],
			});
		});

		test("of a range are evaluated at each step, posted as a form too", async () => {
			const asked = { query: "sum(rate(requests_total[3m]))", start: seconds(END - 240_000), end: seconds(END), step: "1m" };
			const expected = {
				resultType: "matrix",
				result: [
					{ metric: {}, values: [0, 1, 2, 3, 4].map((i) => [seconds(END - 240_000 + i * STEP), expect.stringMatching(/^0\.2666/)]) },
				],
			};
			expect(await data("query_range", asked)).toEqual(expected);
			const posted = await post("query_range", { ...asked, step: 60 });
			expect(posted).toMatchObject({ status: 200, body: { status: "success", data: expected } });
		});

		test("give scalars, strings and samples as they are", async () => {
			expect(await data("query", { query: "1 + 1", time: 4 })).toEqual({ resultType: "scalar", result: [4, "2"] });
			expect(await data("query", { query: '"a"', time: 4.5 })).toEqual({ resultType: "string", result: [4.5, "a"] });
			const raw = (await data("query", { query: 'level{worker="a"}[4m]', time: seconds(END) })) as Answer["data"];
			expect(raw.resultType).toBe("matrix");
			expect(raw.result[0]?.values).toEqual([37, 38, 39, 40].map((i) => [seconds(BEGIN + i * STEP), String(50 + i)]));
		});

		test("without a time are of now, and an answer says where it is cut", async () => {
			const { body } = await get("query", { query: "vector(1)" });
			expect(body.data.result[0]?.value?.[0]).toBeGreaterThan(seconds(END));
			const cut = await get("query", { query: "requests_total", time: seconds(END), limit: 1 });
			expect(cut.body.data.result).toHaveLength(1);
			expect(cut.body.warnings).toEqual(["results truncated due to limit"]);
		});

		test("do not see a series past its end", async () => {
			const last = BEGIN + 20 * STEP;
			const found = (await data("query_range", { query: "ended", start: seconds(last), end: seconds(END), step: 15 })) as Answer["data"];
			const until = found.result[0]?.values?.at(-1)?.[0] ?? 0;
			expect(until).toBeGreaterThanOrEqual(seconds(last) + 150);
			expect(until).toBeLessThanOrEqual(seconds(last) + 195);
			expect(await data("query", { query: "count(ended)", time: seconds(last) + 240 })).toEqual({ resultType: "vector", result: [] });
		});

		test("tell what they were warned of", async () => {
			const { body } = await get("query", { query: 'rate(level{worker="a"}[5m])', time: seconds(END) });
			expect(body.infos?.join()).toMatch(/metric might not be a counter/);
		});

		test.each([
			["what does not parse", { query: "sum(" }, 400, "bad_data", /parse error/],
			["wrong types", { query: "rate(level)" }, 400, "bad_data", /expected type range vector/],
			["a time that is none", { query: "level", time: "noon" }, 400, "bad_data", /invalid parameter "time".*noon/],
			["a limit below zero", { query: "level", limit: -1 }, 400, "bad_data", /limit/],
			[
				"a match of many to many",
				{
					query: 'label_replace(vector(1), "a", "1", "", "") or vector(2) + on() (label_replace(vector(1), "a", "1", "", "") or vector(1))',
				},
				422,
				"execution",
				/many/,
			],
		])("refuse %s", async (_, parameters: Record<string, string | number>, status, errorType, words) => {
			const answer = await get("query", parameters);
			expect(answer).toMatchObject({ status, body: { status: "error", errorType } });
			expect(answer.body.error).toMatch(words);
		});

		test.each([
			["too many points", { start: 0, end: 12_000, step: 1 }, /11,000 points/],
			["a step of zero", { start: 0, end: 10, step: 0 }, /zero or negative/],
			["an end before the start", { start: 10, end: 0, step: 1 }, /before start/],
			["a lacking step", { start: 0, end: 10 }, /"step"/],
		])("over a range refuse %s", async (_, range: Record<string, number>, words) => {
			const answer = await get("query_range", { query: "level", ...range });
			expect(answer).toMatchObject({ status: 400, body: { errorType: "bad_data" } });
			expect(answer.body.error).toMatch(words);
		});

		test("end when their time is over", async () => {
			const answer = await get("query_range", { query: "level", start: seconds(BEGIN), end: seconds(END), step: 1, timeout: "0.0001" });
			expect([200, 503]).toContain(answer.status);
			if (answer.status === 503) expect(answer.body.errorType).toBe("timeout");
		});
	});

	describe("the catalogue", () => {
		const range = () => ({ start: seconds(BEGIN), end: seconds(END) });

		test("lists series, label names and values, where they have samples", async () => {
			expect(await data("series", { "match[]": 'level{worker="a"}', ...range() })).toEqual([{ __name__: "level", worker: "a" }]);
			expect(await data("labels", { "match[]": "requests_total", ...range() })).toEqual(["__name__", "code", "worker"]);
			expect(await data("label/worker/values", { "match[]": "level" })).toEqual([HOSTILE, "a"]);
			const names = await data("label/__name__/values", range());
			expect(names).toEqual(expect.arrayContaining(["ended", "level", "requests_total", "seconds_bucket"]));
			const late = { start: seconds(END - 60_000), end: seconds(END) };
			expect(await data("label/__name__/values", late)).not.toContain("ended");
			const two = [
				["match[]", "ended"],
				["match[]", '{worker="a",code=~"2.."}'],
			] as [string, string][];
			const both = (await data("series", two)) as { __name__: string }[];
			expect(both.map(({ __name__ }) => __name__).sort()).toEqual(["ended", "requests_total"]);
		});

		test("says where it is cut", async () => {
			const { body } = await get("labels", { limit: 1 });
			expect(body).toMatchObject({ data: ["__name__"], warnings: ["results truncated due to limit"] });
		});

		test("refuses to look for everything, and what is no selector", async () => {
			expect(await get("series")).toMatchObject({ status: 400, body: { error: "no match[] parameter provided" } });
			expect(await get("series", { "match[]": '{worker=~".*"}' })).toMatchObject({ status: 400, body: { errorType: "bad_data" } });
			expect(await get("labels", { "match[]": "sum(level)" })).toMatchObject({ status: 400, body: { errorType: "bad_data" } });
		});

		test("tells what is said about metrics", async () => {
			expect(await data("metadata", { metric: "level" })).toEqual({ level: [{ type: "gauge", help: "", unit: "percent" }] });
			const all = (await data("metadata")) as Record<string, unknown>;
			expect(all.seconds).toEqual([{ type: "histogram", help: "", unit: "" }]);
			expect(all.hiveframe_dashboard_pushes_total).toMatchObject([{ type: "counter" }]);
			expect(Object.keys((await data("metadata", { limit: 1 })) as object)).toHaveLength(1);
		});
	});

	test("queries are parsed and formatted", async () => {
		expect(await data("format_query", { query: "sum by(a)(rate(level[5m]))" })).toBe("sum by (a) (rate(level[5m]))");
		expect(await data("parse_query", { query: "level[5m]" })).toMatchObject({
			type: "matrixSelector",
			name: "level",
			range: 300_000,
			matchers: [{ name: "__name__", type: "=", value: "level" }],
		});
		expect(await get("parse_query", { query: "level[" })).toMatchObject({ status: 400, body: { errorType: "bad_data" } });
	});

	test("Grafana's data source is tested, explored and browsed", async () => {
		// Save & test.
		expect(await post("query", { query: "1+1", time: 4 })).toMatchObject({ status: 200, body: { data: { resultType: "scalar" } } });
		expect(await data("status/buildinfo")).toMatchObject({ version: expect.stringMatching(/^3\./) });
		expect(await data("status/runtimeinfo")).toMatchObject({ storageRetention: "2d" });
		expect(await data("rules")).toEqual({ groups: [] });
		expect(await data("alerts")).toEqual({ alerts: [] });
		// The metrics browser: names, then labels and values of what is chosen.
		const range = { start: Math.floor(seconds(BEGIN)), end: Math.ceil(seconds(END)) };
		expect(await data("label/__name__/values", { ...range, limit: 40_000 })).toContain("level");
		expect((await post("labels", { ...range, "match[]": '{__name__="level"}' })).body.data).toEqual(["__name__", "worker"]);
		expect((await post("series", { ...range, "match[]": '{__name__="level"}' })).body.data).toHaveLength(2);
		// Explore: a range and an instant, with a parameter of Grafana's own.
		const explored = await post("query_range", { ...range, query: 'level{worker="a"}', step: "15", _: 1 });
		expect(explored.body.data.result[0]?.values?.length).toBeGreaterThan(30);
		expect(await post("query_exemplars", { ...range, query: "level" })).toMatchObject({ status: 200, body: { data: [] } });
	});

	describe("scrapers", () => {
		const scrape = (path: string, accept?: string) => fetch(`${host().url}${BASE}${path}`, accept ? { headers: { accept } } : {});

		test("read the newest values as text, and browsers the page", async () => {
			const plain = await scrape("/metrics");
			expect(plain.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
			expect(plain.headers.get("vary")).toContain("Accept");
			const text = await plain.text();
			expect(text).toContain(`# TYPE requests_total counter\nrequests_total{code="200",worker="a"} 600 ${END}\n`);
			expect(text).toContain('# HELP requests_total Requests\\nand "more"\n');
			expect(text).toContain(String.raw`level{worker="\"\\\n</script>"} -0.5 ${END}`);
			expect(text).not.toContain("\nended ");
			expect(text).toMatch(/\n# TYPE hiveframe_dashboard_samples_total counter\nhiveframe_dashboard_samples_total \d+\n/);
			const page = await scrape("/metrics", "text/html,application/xhtml+xml,*/*;q=0.8");
			expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
			expect(page.headers.get("vary")).toContain("Accept");
			await page.body?.cancel();
		});

		test("that ask for OpenMetrics read it", async () => {
			const accept =
				"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
			const response = await scrape("/metrics", accept);
			expect(response.headers.get("content-type")).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
			const text = await response.text();
			expect(text).toContain(`# TYPE requests counter\n`);
			expect(text).toContain(`requests_total{code="200",worker="a"} 600 ${seconds(END)}\n`);
			expect(text.endsWith("# EOF\n")).toBe(true);
		});

		test("federate what matches", async () => {
			const response = await scrape(`/federate?match[]=level&match[]=${encodeURIComponent('requests_total{code="500"}')}`);
			const text = await response.text();
			expect(text.split("\n").filter((line) => line && !line.startsWith("#"))).toEqual([
				`level{worker="a"} 90 ${END}`,
				String.raw`level{worker="\"\\\n</script>"} -0.5 ${END}`,
				`requests_total{code="500",worker="a"} 40 ${END}`,
			]);
			expect(await (await scrape("/federate")).text()).toBe("");
			expect((await scrape("/federate?match[]=sum(level)")).status).toBe(400);
		});
	});

	test("the dashboard's own numbers are queried as the colony's are", async () => {
		const found = (await data("query", { query: "hiveframe_dashboard_samples_total" })) as Answer["data"];
		expect(Number(found.result[0]?.value?.[1])).toBeGreaterThan(0);
	});

	test("a cluster that is not there is named", async () => {
		const response = await fetch(`${host().url}/clusters/nobody/prometheus/api/v1/query?query=1`);
		expect(response.status).toBe(404);
		expect(await response.json()).toMatchObject({ status: "error", errorType: "not_found" });
	});
}
