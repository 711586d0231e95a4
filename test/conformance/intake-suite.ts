import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { headersOf, snappy, version1, version2, type Written } from "../intake/remote-write-request.ts";
import type { Host } from "./host.ts";

const MINUTE = 60_000;
/** Some minutes ago, ms. */
const T = Math.floor(Date.now() / MINUTE) * MINUTE - 5 * MINUTE;

interface Exported {
	name: string;
	labels: Record<string, string>;
	samples: { timestamp: string; value: number }[];
}

/** Doors for senders that are no bridges: Prometheus' remote write and OTLP. */
export function intakeSuite(host: () => Host): void {
	const url = (cluster: string, path: string) => `${host().url}/clusters/${cluster}${path}`;

	/** Every sample of the cluster, by `name{label="value"}`: `[ms after T, value]`. */
	async function stored(cluster: string): Promise<Record<string, [number, number][]>> {
		const response = await fetch(url(cluster, `/api/export?format=json&start=${T - 60 * MINUTE}`));
		const series = (await response.json()) as { series: Exported[] };
		return Object.fromEntries(
			series.series.map(({ name, labels, samples }) => [
				[name, ...Object.entries(labels ?? {}).map(([label, value]) => `${label}=${value}`)].join(" "),
				samples.map(({ timestamp, value }) => [Date.parse(timestamp) - T, value]),
			]),
		);
	}

	describe("remote write", () => {
		const send = (cluster: string, version: 1 | 2, body: BodyInit, headers: Record<string, string> = {}, path = "/api/v1/write") =>
			fetch(url(cluster, path), { method: "POST", headers: { ...headersOf(version, host().token), ...headers }, body });
		const write = (cluster: string, version: 1 | 2, series: readonly Written[]) =>
			send(cluster, version, (version === 1 ? version1 : version2)(series));

		const SERIES: readonly Written[] = [
			{
				labels: { __name__: "http_requests_total", code: "200", "exported.job": "x" },
				samples: [
					[T, 1],
					[T + 15_000, 3.5],
				],
			},
			{ labels: { __name__: "up", instance: "a:9090", empty: "" }, samples: [[T + 1, 1]], exemplars: 2 },
		];
		const SAMPLES = {
			"http_requests_total code=200 exported_job=x": [
				[0, 1],
				[15_000, 3.5],
			],
			"up instance=a:9090": [[1, 1]],
		};

		test.each([1, 2] as const)("%i.0 is stored, and counts once however often it comes", async (version) => {
			for (let times = 0; times < 2; times++) {
				const response = await write(`written-${version}`, version, SERIES);
				expect([response.status, await response.text()]).toEqual([204, ""]);
				const written = ["samples", "histograms", "exemplars"].map((what) =>
					response.headers.get(`x-prometheus-remote-write-${what}-written`),
				);
				expect(written).toEqual(version === 1 ? [null, null, null] : ["3", "0", "0"]);
			}
			expect(await stored(`written-${version}`)).toEqual(SAMPLES);
		});

		test("is at Prometheus' own path too, and its sender is one of the bridges", async () => {
			const response = await send("prefixed", 1, version1(SERIES), {}, "/prometheus/api/v1/write");
			expect(response.status).toBe(204);
			const cluster = (await (await fetch(url("prefixed", "/api/cluster"))).json()) as { bridges: { bridge: string }[] };
			expect(JSON.stringify(cluster)).toContain('"remote-write"');
		});

		test("samples come in any order, and a later one of an instant counts", async () => {
			await write("order", 1, [
				{
					labels: { __name__: "x" },
					samples: [
						[T + 30_000, 3],
						[T, 1],
					],
				},
			]);
			await write("order", 2, [
				{
					labels: { __name__: "x" },
					samples: [
						[T + 15_000, 2],
						[T, 7],
					],
				},
			]);
			expect(await stored("order")).toEqual({
				x: [
					[0, 7],
					[15_000, 2],
					[30_000, 3],
				],
			});
		});

		test("type, unit and help come with the series in 2.0, and by themselves in 1.0", async () => {
			const samples = [[Date.now(), 1]] as const;
			const family = { type: 3, help: "How long requests took.", unit: "seconds" };
			const series = [
				{ labels: { __name__: "took_seconds_bucket", le: "+Inf" }, samples },
				{ labels: { __name__: "took_seconds_sum" }, samples },
				{ labels: { __name__: "temperature" }, samples },
			];
			await write(
				"said-2",
				2,
				series.map((each) => ({ ...each, ...(each.labels.__name__ !== "temperature" && family) })),
			);
			await write("said-1", 1, series);
			await send("said-1", 1, version1([], [{ ...family, family: "took_seconds" }]));
			// A new series of a name that has been described.
			await write("said-1", 1, [{ labels: { __name__: "took_seconds_bucket", le: "1" }, samples }]);
			for (const [cluster, buckets] of [
				["said-1", 2],
				["said-2", 1],
			] as const) {
				const rows = (await (await fetch(url(cluster, "/api/series"))).json()) as Record<string, unknown>[];
				const said = rows.map(({ name, type, unit, help }) => ({ name, type, unit, help }));
				const bucket = { name: "took_seconds_bucket", type: "bucket", unit: undefined, help: family.help };
				expect(said).toEqual(
					expect.arrayContaining([
						bucket,
						{ name: "took_seconds_sum", type: "counter", unit: "seconds", help: family.help },
						{ name: "temperature", type: "gauge", unit: undefined, help: undefined },
					]),
				);
				expect(said.filter(({ name }) => name === bucket.name)).toEqual(Array.from({ length: buckets }, () => bucket));
			}
		});

		test("a native histogram is refused by name, and what comes with it is stored", async () => {
			for (const version of [1, 2] as const) {
				const response = await write(`native-${version}`, version, [{ labels: { __name__: "took" }, histograms: 2 }, ...SERIES]);
				expect(response.status).toBe(400);
				expect(response.headers.get("x-prometheus-remote-write-samples-written")).toBe(version === 1 ? null : "3");
				expect(((await response.json()) as { detail: string }).detail).toMatch(
					/^3 samples were stored; 2 left out \(native histograms\): took is /,
				);
				expect(await stored(`native-${version}`)).toEqual(SAMPLES);
			}
		});

		test("stale markers are no samples, values that are no finite numbers are told and left out", async () => {
			const samples: Written["samples"] = [
				[T, 1],
				[T + 1, "stale"],
				[T + 2, Number.NaN],
				[T + 3, Number.POSITIVE_INFINITY],
			];
			const response = await write("stale", 2, [{ labels: { __name__: "x" }, samples }]);
			expect([response.status, response.headers.get("x-prometheus-remote-write-samples-written")]).toEqual([204, "2"]);
			expect(await stored("stale")).toEqual({ x: [[0, 1]] });
			const cluster = (await (await fetch(url("stale", "/api/cluster"))).json()) as { left_out: object[] };
			expect(cluster.left_out).toMatchObject([{ bridge: "remote-write", field: "values", count: 2, reason: /x is NaN/ }]);
		});

		test.each<[string, Written, RegExp]>([
			["without a name", { labels: { a: "b" }, samples: [[T, 1]] }, /has no label __name__/],
			["of an instant far ahead", { labels: { __name__: "x" }, samples: [[Date.now() + 3_600_000, 1]] }, /ahead of the cluster's clock/],
			["of an instant long past", { labels: { __name__: "x" }, samples: [[T - 3 * 86_400_000, 1]] }, /behind the cluster's clock/],
			["of an instant that is none", { labels: { __name__: "x" }, samples: [[-5, 1]] }, /-5 ms is no instant/],
			["of a label that is too long", { labels: { __name__: "x", l: "y".repeat(2_000) }, samples: [[T, 1]] }, /x\{l="y+/],
		])("a sample %s is refused with the reason, and the others are stored", async (_, wrong, words) => {
			const response = await write("partly", 1, [wrong, ...SERIES]);
			expect(response.status).toBe(400);
			expect(((await response.json()) as { detail: string }).detail).toMatch(words);
			expect(await stored("partly")).toEqual(SAMPLES);
		});

		test.each<[string, number, Record<string, string>, RegExp]>([
			["JSON", 415, { "content-type": "application/json" }, /application\/x-protobuf/],
			["another message", 415, { "content-type": "application/x-protobuf;proto=io.prometheus.write.v3.Request" }, /is not read/],
			["gzip", 415, { "content-encoding": "gzip" }, /snappy, not "gzip"/],
			["no token", 401, { authorization: "" }, /send the bridge's token/],
		])("%s is refused with %i", async (_, status, headers, words) => {
			const response = await send("refused", 1, version1(SERIES), headers);
			expect(response.status).toBe(status);
			expect(((await response.json()) as { detail: string }).detail).toMatch(words);
		});

		test("a block that says it is larger than a request may be is refused before it is read", async () => {
			const response = await send("refused", 1, new Uint8Array([0xff, 0xff, 0xff, 0xff, 0x0f, 0]));
			expect(response.status).toBe(413);
			expect((await fetch(url("refused", "/api/cluster"))).status).toBe(404);
		});

		test("no bridge can take a sender's name", async () => {
			const hello = { type: "hello", protocol: 1, bridge: "remote-write", epoch: 0, colony: "x", capabilities: [], intervalMs: 1000 };
			const headers = { authorization: `Bearer ${host().token}` };
			const response = await fetch(url("refused", "/api/bridge"), { method: "POST", headers, body: JSON.stringify(hello) });
			expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(/is reserved for the dashboard/)]);
		});

		test("random bytes are refused and change nothing", async () => {
			const anything = fc.uint8Array({ maxLength: 60 });
			/** A right request with some bytes changed, cut off or added. */
			const damaged = fc
				.tuple(fc.constantFrom(version1(SERIES), version2(SERIES)), fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }))
				.map(([bytes, at, other]) => {
					const copy = bytes.slice();
					copy.set(other.subarray(0, copy.length - (at % copy.length)), at % copy.length);
					return copy.slice(0, -1);
				});
			const body = fc.oneof(anything, anything.map(snappy), damaged);
			await fc.assert(
				fc.asyncProperty(body, fc.constantFrom(1 as const, 2 as const), async (bytes, version) => {
					const { status } = await send("noise", version, new Uint8Array(bytes));
					// Nothing at all is a request without series.
					expect(status === 204 || (status >= 400 && status < 500), String(status)).toBe(true);
				}),
				{ numRuns: 60 },
			);
			expect((await fetch(url("noise", "/api/series"))).status).toBe(404);
		});
	});
}
