import { gzipSync } from "node:zlib";
import { OTLPMetricExporter as JsonExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter as ProtobufExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
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
			const cluster = (await (await fetch(url("prefixed", '/api/view?queries=[{"kind":"cluster"}]'))).json()) as {
				answers: { view: { cluster: string; colony?: string; links: { bridge: string }[] } }[];
			};
			expect(cluster.answers[0]?.view).toMatchObject({ cluster: "prefixed", links: [{ bridge: "remote-write" }] });
			expect(cluster.answers[0]?.view.colony).toBeUndefined();
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
			expect(cluster.left_out).toMatchObject([
				{ bridge: "remote-write", field: "values", count: 2, reason: expect.stringMatching(/x is NaN/) },
			]);
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
				{ numRuns: 25 },
			);
			expect((await fetch(url("noise", "/api/series"))).status).toBe(404);
		});
	});

	describe("OTLP", () => {
		const send = (cluster: string, body: BodyInit, headers: Record<string, string> = {}, path = "/v1/metrics") => {
			const all = { "content-type": "application/json", authorization: `Bearer ${host().token}`, ...headers };
			return fetch(url(cluster, path), { method: "POST", headers: all, body });
		};
		/** Of one metric. */
		const requestOf = (...metrics: object[]) => JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
		const nanos = (at: number) => `${at}000000`;
		const sumOf = (aggregationTemporality: number, ...points: [at: number, value: number][]) => ({
			name: "done",
			sum: {
				aggregationTemporality,
				isMonotonic: true,
				dataPoints: points.map(([at, value]) => ({ timeUnixNano: nanos(at), asInt: String(value) })),
			},
		});

		test.each([
			["protobuf, cumulative", ProtobufExporter, AggregationTemporality.CUMULATIVE, "none"],
			["JSON, delta, gzip", JsonExporter, AggregationTemporality.DELTA, "gzip"],
		] as const)(
			"what OpenTelemetry's SDK exports (%s) is stored as Prometheus maps it",
			async (_, Exporter, temporalityPreference, compression) => {
				const cluster = `sdk-${temporalityPreference}`;
				const exporter = new Exporter({
					url: url(cluster, "/v1/metrics"),
					headers: { authorization: `Bearer ${host().token}` },
					temporalityPreference,
					compression: compression as never,
				});
				const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
				const resource = resourceFromAttributes({
					"service.name": "mill",
					"service.namespace": "farm",
					"service.instance.id": "mill-1",
					"host.name": "h1",
				});
				const provider = new MeterProvider({ resource, readers: [reader] });
				const meter = provider.getMeter("test");
				const counter = meter.createCounter("http.requests", { description: "Requests.", unit: "{request}" });
				const gauge = meter.createGauge("disk.used", { unit: "1" });
				const histogram = meter.createHistogram("took", { unit: "s", advice: { explicitBucketBoundaries: [0.5, 1] } });
				for (const status of [200, 200, 500]) {
					counter.add(1, { "http.status": status });
					await provider.forceFlush();
				}
				gauge.record(0.25);
				for (const seconds of [0.1, 0.7, 3]) histogram.record(seconds);
				await provider.forceFlush();
				await provider.shutdown();
				const newest = Object.fromEntries(Object.entries(await stored(cluster)).map(([key, samples]) => [key, samples.at(-1)?.[1]]));
				const of = " instance=mill-1 job=farm/mill";
				const byName = (key: string) => key.split(" ").sort().join(" ");
				expect(Object.fromEntries(Object.entries(newest).map(([key, value]) => [byName(key), value]))).toEqual({
					[byName(`http_requests_total http_status=200${of}`)]: 2,
					[byName(`http_requests_total http_status=500${of}`)]: 1,
					[byName(`disk_used_ratio${of}`)]: 0.25,
					[byName(`took_seconds_bucket le=0.5${of}`)]: 1,
					[byName(`took_seconds_bucket le=1${of}`)]: 2,
					[byName(`took_seconds_bucket le=+Inf${of}`)]: 3,
					[byName(`took_seconds_count${of}`)]: 3,
					[byName(`took_seconds_sum${of}`)]: 3.8,
					[byName(`target_info host_name=h1${of}`)]: 1,
				});
			},
		);

		test("deltas add up, and one that is sent again counts once", async () => {
			for (const body of [requestOf(sumOf(1, [T, 5], [T + 10_000, 2])), requestOf(sumOf(1, [T + 20_000, 4]))])
				for (let times = 0; times < 2; times++) {
					const response = await send("deltas", body);
					const late =
						times === 1 && body.includes(nanos(T))
							? { partialSuccess: { rejectedDataPoints: "1", errorMessage: expect.stringMatching(/later delta/) } }
							: {};
					expect([response.status, await response.json()]).toMatchObject([200, late]);
				}
			expect(await stored("deltas")).toEqual({
				done_total: [
					[0, 5],
					[10_000, 7],
					[20_000, 11],
				],
			});
		});

		test("exponential histograms are refused by name, and what comes with them is stored", async () => {
			const metric = { name: "took", exponentialHistogram: { dataPoints: [{}, {}] } };
			const response = await send("exponential", requestOf(metric, sumOf(2, [T, 5]), sumOf(0, [T, 5])));
			expect([response.status, await response.json()]).toMatchObject([
				200,
				{
					partialSuccess: {
						rejectedDataPoints: "3",
						errorMessage: expect.stringMatching(/^2 left out \(exponential histograms\): took is .*; 1 left out \(temporality\)/),
					},
				},
			]);
			expect(await stored("exponential")).toEqual({ done_total: [[0, 5]] });
		});

		test.each<[string, number, number, BodyInit, Record<string, string>, string]>([
			["no JSON", 400, 3, "{", {}, "/v1/metrics"],
			["another shape", 400, 3, '{"resourceMetrics":[{"scopeMetrics":7}]}', {}, "/v1/metrics"],
			["gzip that is none", 400, 3, "{}", { "content-encoding": "gzip" }, "/v1/metrics"],
			["another compression", 415, 3, "{}", { "content-encoding": "zstd" }, "/v1/metrics"],
			["traces", 404, 5, "{}", {}, "/v1/traces"],
			["logs", 404, 5, "{}", {}, "/v1/logs"],
		])("%s: %i and a status of the request's encoding", async (_, status, code, body, headers, path) => {
			const response = await send("refused", body, headers, path);
			expect([response.status, response.headers.get("content-type")]).toEqual([status, "application/json"]);
			expect(await response.json()).toEqual({ code, message: expect.stringMatching(/./) });
			const protobuf = await send("refused", new Uint8Array([8, 255]), { ...headers, "content-type": "application/x-protobuf" }, path);
			expect([protobuf.status, protobuf.headers.get("content-type")]).toEqual([status, "application/x-protobuf"]);
			expect([...new Uint8Array(await protobuf.arrayBuffer())].slice(0, 2)).toEqual([8, code]);
		});

		test("a body that grows too large when it is decompressed is refused", async () => {
			const response = await send("refused", new Uint8Array(gzipSync(Buffer.alloc(5_000_000, " "))), { "content-encoding": "gzip" });
			expect([response.status, await response.json()]).toMatchObject([413, { code: 3 }]);
		});

		test("random bytes and random JSON are refused or nothing, and change nothing", async () => {
			const bytes = fc.uint8Array({ maxLength: 60 }).map((body): [BodyInit, string] => [new Uint8Array(body), "application/x-protobuf"]);
			const json = fc
				.anything({ maxDepth: 6 })
				.map((value): [BodyInit, string] => [JSON.stringify({ resourceMetrics: value }) ?? "", "application/json"]);
			await fc.assert(
				fc.asyncProperty(fc.oneof(bytes, json), async ([body, type]) => {
					const { status } = await send("noise-2", body, { "content-type": type });
					expect(status === 200 || (status >= 400 && status < 500), String(status)).toBe(true);
				}),
				{ numRuns: 25 },
			);
			expect((await fetch(url("noise-2", "/api/series"))).status).toBe(404);
		});
	});
}
