/** StatsD over UDP: what clients send, what adds up, and what is said of the rest. */
import { createSocket } from "node:dgram";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkSettings } from "../../colony-bridge/cli/bridge-config.ts";
import { planBridges } from "../../colony-bridge/cli/bridge-plan.ts";
import { parseStatsd } from "../../colony-bridge/sources/statsd/statsd-line.ts";
import { StatsdMetrics } from "../../colony-bridge/sources/statsd/statsd-metrics.ts";
import { StatsdSource } from "../../colony-bridge/sources/statsd/statsd-source.ts";
import { afterwards, values } from "./source-rig.ts";

/** What these lines add up to. */
function summed(...lines: string[]): Record<string, number> {
	const metrics = new StatsdMetrics();
	for (const line of lines) metrics.add(parseStatsd(line), 0);
	return values({ metrics: metrics.read() });
}

test.each<[string, string[], Record<string, number>]>([
	["counters add up, by their sample rate", ["a.b:2|c", "a.b:1|c|@0.1", "a.b:-1|c"], { a_b: 11 }],
	["a gauge is set, and moved by a sign", ["g:5|g", "g:+2.5|g", "g:-10|g"], { g: -2.5 }],
	["a set counts different values", ["s:x|s", "s:y:z|s", "s:x|s"], { s: 2 }],
	[
		"tags are labels",
		["a:1|c|#worker:w1,prod,a.b:c:d", "a:1|c|#prod,a.b:c:d,worker:w1|c:id|T1"],
		{ 'a{a_b="c:d",prod="true",worker="w1"}': 2 },
	],
	["names have the characters of ours", ["1 é-x:1|g|#__name__:y,é:z"], { _1_x: 1 }],
])("%s", (_, lines, expected) => {
	expect(summed(...lines)).toEqual(expected);
});

test("timers are in seconds, histograms in their own unit, both with buckets", () => {
	const told = summed("took:3:700|ms", "took:700|ms|@0.5", "size:30|h");
	expect(told).toMatchObject({ took_count: 4, size_count: 1, size_sum: 30, 'size_bucket{le="10"}': 0, 'size_bucket{le="100"}': 1 });
	expect(told.took_sum).toBeCloseTo(2.103);
	const buckets = ["0.0025", "0.005", "0.5", "1", "+Inf"].map((le) => told[`took_bucket{le="${le}"}`]);
	expect(buckets).toEqual([0, 1, 1, 4, 4]);
});

test("sets begin anew at each reading, the others go on", () => {
	const metrics = new StatsdMetrics();
	for (const line of ["a:1|c", "s:x|s"]) metrics.add(parseStatsd(line), 0);
	metrics.read();
	metrics.add(parseStatsd("a:1|c"), 0);
	expect(values({ metrics: metrics.read() })).toEqual({ a: 2, s: 0 });
});

test("metrics are bounded: one that was silent for ten minutes makes room, else a new one is refused", () => {
	const metrics = new StatsdMetrics();
	for (let i = 0; i < 10_000; i++) metrics.add(parseStatsd(`a:1|c|#n:${i}`), i < 1 ? 0 : 500_000);
	expect(() => metrics.add(parseStatsd("b:1|c"), 500_000)).toThrow(/^there are 10000 metrics already/);
	metrics.add(parseStatsd("b:1|c"), 700_000);
	expect(metrics.size).toBe(10_000);
	const timers = new StatsdMetrics();
	for (let i = 0; i < 1_000; i++) timers.add(parseStatsd(`a:1|ms|#n:${i}`), 0);
	expect(() => timers.add(parseStatsd("b:1|ms"), 0)).toThrow(/^there are 1000 timers already/);
});

describe("lines that are none", () => {
	test.each([
		["hello", /is no StatsD line/],
		[":1|c", /is no StatsD line/],
		["a:1", /has the type ""/],
		["a:1|x", /has the type "x": write c, g, ms, h, d or s/],
		["a:one|c", /a value that is no number/],
		["a:1e999|c", /a value that is no number/],
		["a:1|c|@0", /sample rate/],
		["_e{5,4}:title|text", /events and service checks/],
	])("%s", (line, words) => {
		expect(() => parseStatsd(line)).toThrow(words);
	});

	test("any text is a line or refused, and what it adds up to is a finite number with a name", () => {
		const piece = fc.oneof(
			fc.string({ maxLength: 8 }),
			fc.constantFrom("a", ":", "|", "1", "-2", "c", "g", "ms", "s", "@0.5", "#", ",", "t:v"),
		);
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
				const metrics = new StatsdMetrics();
				try {
					metrics.add(parseStatsd(pieces.join("")), 0);
				} catch (error) {
					expect((error as Error).message).toMatch(/./);
				}
				for (const { name, value } of metrics.read()) expect(/^[A-Za-z_:][A-Za-z0-9_:]*$/.test(name) && Number.isFinite(value)).toBe(true);
			}),
			{ numRuns: 500 },
		);
	});
});

describe("over UDP", () => {
	async function listening(port = 0, host = "127.0.0.1"): Promise<StatsdSource> {
		const source = new StatsdSource({ host, port });
		source.start();
		afterwards(() => source.stop());
		await expect.poll(() => source.port).toBeGreaterThan(0);
		return source;
	}

	test("datagrams of several lines add up, and what is wrong is told with its reason", async () => {
		const source = await listening();
		const client = createSocket("udp4");
		afterwards(() => void client.close());
		for (const datagram of ["a:1|c\na:2|c|#w:1\n", "nonsense", "a:4|c"]) client.send(datagram, source.port, "127.0.0.1");
		await expect.poll(() => source.status()).toBe("4 StatsD lines, 2 metrics");
		const snapshot = source.read();
		expect(values(snapshot)).toEqual({ a: 5, 'a{w="1"}': 2 });
		expect(snapshot.leftOut).toMatchObject([{ field: "statsd", count: 1, reason: expect.stringMatching(/"nonsense" is no StatsD line/) }]);
		expect(snapshot.checks).toMatchObject([{ status: "ok" }]);
	});

	test("a port that is taken is a failed check, and is listened on once it is free", async () => {
		const first = await listening();
		const port = first.port as number;
		const second = new StatsdSource({ host: "127.0.0.1", port });
		afterwards(() => second.stop());
		second.start();
		await expect.poll(() => second.read().checks?.[0]).toMatchObject({ status: "failed", message: expect.stringMatching(/EADDRINUSE/) });
		first.stop();
		await expect.poll(() => second.read().checks?.[0]?.status).toBe("ok");
	});
});

test("the option takes a port, or a host and a port", () => {
	const names = (statsd: unknown) =>
		planBridges(checkSettings({ to: "http://x", statsd })).flatMap(({ sources }) => sources.map(({ make }) => make().name));
	expect([8125, "8125", "0.0.0.0:9125", "[::1]:8125"].flatMap(names)).toEqual([
		"statsd 127.0.0.1:8125",
		"statsd 127.0.0.1:8125",
		"statsd 0.0.0.0:9125",
		"statsd [::1]:8125",
	]);
	for (const wrong of ["x", "1:2:3", 0, 70_000, "host:"]) expect(() => names(wrong)).toThrow(/write a port, 8125, or HOST:PORT/);
});
