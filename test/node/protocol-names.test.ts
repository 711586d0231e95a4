import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { durationMs } from "../../colony-bridge/protocol/wire/duration.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { Duration } from "../../colony-bridge/protocol/wire/measure.ts";
import { ClusterName, Count, Instant, Labels, MetricName, Name, Share, Text, Value } from "../../colony-bridge/protocol/wire/names.ts";
import { fromSegment, toSegment } from "../../colony-bridge/protocol/wire/path-segment.ts";
import { parseSelector, seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import { SeriesDefinition, SeriesId } from "../../colony-bridge/protocol/wire/series.ts";
import { accepts } from "./accepts.ts";

const long = (length: number): string => "x".repeat(length);
/** Names that every object has by birth: to a colony they are labels like any other. */
const NAMES_OF_OBJECTS = JSON.parse('{"constructor": "a", "prototype": "b", "__proto__": "c", "toString": "d"}') as Record<string, string>;
const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`l${i}`, "v"]));

accepts("ClusterName", ClusterName, {
	good: ["a", "production", "eu-west.1_b", "0", long(63)],
	bad: ["", "-a", ".", "..", "a/b", "a b", "ä", "a\n", "%2e", long(64), 5, null].map((value) => [value, ""]),
});
accepts("Name", Name, {
	good: ["x", "<script>alert(1)</script>", "worker 1", "\u0000", long(LIMITS.nameChars)],
	bad: ["", long(LIMITS.nameChars + 1), 1, undefined].map((value) => [value, ""]),
});
accepts("Text", Text, { good: ["", long(LIMITS.textChars)], bad: [[long(LIMITS.textChars + 1), ""]] });
accepts("MetricName", MetricName, {
	good: ["a", "_a:b1", "hiveframe_tasks_total"],
	bad: ["", "1a", "a-b", "a b", "a{}", "ä", long(LIMITS.nameChars + 1)].map((value) => [value, ""]),
});
accepts("Labels", Labels, {
	good: [
		{},
		{ worker: 'a "quoted" \\ one\n' },
		{ le: "+Inf" },
		labels(LIMITS.labels),
		{ worker: long(LIMITS.labelChars) },
		NAMES_OF_OBJECTS,
	],
	bad: [
		[{ "a-b": "x" }, "a-b"],
		[{ worker: 1 }, "worker"],
		[{ worker: long(LIMITS.labelChars + 1) }, "worker"],
		[labels(LIMITS.labels + 1), ""],
		[["a"], "0"],
		["worker", ""],
	],
});
accepts("Instant", Instant, {
	good: [0, 1_700_000_000_000, 8_640_000_000_000_000],
	bad: [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 8_640_000_000_000_001, "2026-01-01T00:00:00Z", null].map((value) => [value, ""]),
});
accepts("Count", Count, { good: [0, Number.MAX_SAFE_INTEGER], bad: [-1, 0.5, 2 ** 53, Number.NaN, "1"].map((value) => [value, ""]) });
accepts("Share", Share, { good: [0, 0.5, 1], bad: [-0.01, 1.01, Number.NaN].map((value) => [value, ""]) });
accepts("Value", Value, {
	good: [0, -1e308, 5e-324],
	bad: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, "1", null].map((value) => [value, ""]),
});
accepts("SeriesId", SeriesId, { good: [0, 1_000_000], bad: [-1, 1_000_001, 0.1].map((value) => [value, ""]) });
accepts("SeriesDefinition", SeriesDefinition, {
	good: [
		{ name: "up", type: "gauge" },
		{ name: "latency_bucket", labels: { le: "0.1" }, type: "bucket", unit: "seconds", help: "How long." },
	],
	bad: [
		[{ name: "up" }, "type"],
		[{ name: "up", type: "histogram" }, "type"],
		[{ name: "no good", type: "gauge" }, "name"],
		[{ name: "up", type: "gauge", unit: long(41) }, "unit"],
	],
});
accepts("Duration", Duration, {
	good: ["1ms", "30s", "15m", "1h", "7d", "2w", "999999s"],
	bad: ["", "banana", "0s", "-1h", "1.5h", "1 h", "1y", "h", "1h30m", "01h", "1000000s", "1H", 5].map((value) => [value, ""]),
});

describe("durationMs", () => {
	test.each([
		["250ms", 250],
		["30s", 30_000],
		["15m", 900_000],
		["1h", 3_600_000],
		["7d", 604_800_000],
		["2w", 1_209_600_000],
	])("%s is %i ms", (text, ms) => expect(durationMs(text)).toBe(ms));
	test("quotes an invalid duration", () => expect(() => durationMs("banana")).toThrow('"banana"'));
});

describe("a series' identity as text", () => {
	test.each([
		["up", {}, "up"],
		["up", { b: "2", a: "1" }, 'up{a="1",b="2"}'],
		["up", { a: 'say "hi" \\ \n' }, 'up{a="say \\"hi\\" \\\\ \\n"}'],
	])("%s %j is %s", (name, labels, key) => expect(seriesKey(name, labels)).toBe(key));

	const name = fc.stringMatching(/^[A-Za-z_:][A-Za-z0-9_:]{0,20}$/);
	const anyLabels = fc.dictionary(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,10}$/), fc.string({ unit: "binary", maxLength: 30 }), {
		maxKeys: 6,
		noNullPrototype: true,
	});
	test("reads back whatever it wrote", () => {
		fc.assert(
			fc.property(name, anyLabels, (name, labels) => {
				expect(parseSelector(seriesKey(name, labels))).toEqual({ name, labels });
			}),
		);
	});
	test("is the same for the same labels in any order", () => {
		fc.assert(
			fc.property(name, anyLabels, (name, labels) => {
				const reversed = Object.fromEntries(Object.entries(labels).reverse());
				expect(seriesKey(name, reversed)).toBe(seriesKey(name, labels));
			}),
		);
	});

	test.each([
		["up{}", { name: "up", labels: {} }],
		['up{ a = "1" , b="2"}', { name: "up", labels: { a: "1", b: "2" } }],
	])("a person may write %s", (text, selector) => expect(parseSelector(text)).toEqual(selector));
	test.each([
		"",
		"1up",
		"up{",
		"up}",
		"up{a}",
		"up{a=1}",
		'up{a="1}',
		'up{a="1"b="2"}',
		"up{a='1'}",
		'up{a="\\q"}',
		'up{"a"="1"}',
		"up down",
	])("%s is no selector", (text) => expect(parseSelector(text)).toBeUndefined());
	test("an endless or nested text is refused at once", () => {
		const started = performance.now();
		expect(parseSelector(`up{${'a="1",'.repeat(100_000)}!`)).toBeUndefined();
		expect(parseSelector(`up{a="${"\\".repeat(100_001)}`)).toBeUndefined();
		expect(performance.now() - started).toBeLessThan(1000);
	});
});

test("any name is one segment of an address, dots alone too, and comes back as it was", () => {
	fc.assert(
		fc.property(
			fc.oneof(fc.constantFrom(".", "..", "...", ".;", "..;", "%2E", "a/../b", ";"), fc.string({ minLength: 1, unit: "binary" })),
			(name) => {
				const { pathname } = new URL(`/workers/${toSegment(name)}/restart`, "http://dashboard");
				const segments = pathname.split("/");
				expect(segments).toHaveLength(4);
				expect(fromSegment(segments[2] as string)).toBe(name.toWellFormed());
			},
		),
	);
});
