/** Numbers and times as the pages write them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numberFormatError } from "../../colony-bridge/protocol/wire/number-format.ts";
import { metricText } from "../../web/format/metric-text.ts";
import { count, inFull, mark, metricWords, quantity, total, unitOf } from "../../web/format/number.ts";
import { formatNumber } from "../../web/format/python.ts";
import { elapsed, local, relative, utc } from "../../web/format/time.ts";

const spaced = (text: string) => text.replaceAll(" ", "\u00a0");

describe("Python's format strings", () => {
	// Right column: what Python 3.12's format(value, spec) says of a float.
	test.each([
		[".1f", 2.25, "2.2"],
		[".1f", 0.25, "0.2"],
		[".1f", 0.35, "0.3"],
		[".0f", 0.5, "0"],
		[".0f", 1.5, "2"],
		[".0f", 2.5, "2"],
		[".2f", 2.675, "2.67"],
		[",.0f", 1234567.8, "1,234,568"],
		["_.2f", -1234.5, "-1_234.50"],
		[".1%", 0.1234, "12.3%"],
		[".2e", 5.125, "5.12e+00"],
		[".2e", 123456, "1.23e+05"],
		["E", 0.00012345, "1.234500E-04"],
		["g", 1e-5, "1e-05"],
		["g", 123456789, "1.23457e+08"],
		[".3g", 1234.5678, "1.23e+03"],
		[">8.2f", 3.125, "    3.12"],
		["<8.1f", 3.125, "3.1     "],
		["*^9.1f", -3.125, "**-3.1***"],
		["08.2f", -3.25, "-0003.25"],
		["+.1f", 3, "+3.0"],
		[" .1f", 3, " 3.0"],
		["z.0f", -0.2, "0"],
		[".1f", 1e22, "10000000000000000000000.0"],
	])("%s of %f", (spec, value, expected) => {
		expect(formatNumber(`{value:${spec}}`, value)).toBe(expected);
	});

	test("text around the field stays; doubled braces are braces", () => {
		expect(formatNumber("{{{value:.1f}}}/s", 2.25)).toBe("{2.2}/s");
		expect(formatNumber("{value}", 3)).toBe("3");
		expect(formatNumber("{:.0f} of {0:.0f}", 7)).toBe("7 of 7");
	});

	test.each([
		["{other}", 'character 1: "other" is unknown'],
		["{value:q}", 'character 8: "q" formats no number'],
		["at {value:.1q}", 'character 11: ".1q" formats no number'],
		["{value:.1x}", 'character 8: ".1x" formats no number'],
		["{value", 'character 1: a "{" that no "}" closes'],
		["value}", 'character 6: a "}" that no "{" opens'],
		["{value:{width}}", 'character 1: a "{" that no "}" closes'],
		["{value:.999f}", 'character 8: ".999f" has more than 90 decimals'],
		["{value:9999}", 'character 8: "9999" is wider than 200 characters'],
		["{value!r}", 'character 1: "value!r" is unknown'],
		["{{value}}", "character 1: it has no {value}"],
	])("%s is refused, with its place and what is allowed", (format, words) => {
		expect(formatNumber(format, 1)).toBeUndefined();
		const error = numberFormatError(format);
		expect(error).toContain(`"${format}", ${words}`);
		expect(error).toContain("write {value}, or {value:.1f}");
	});

	test("nothing that is typed throws", () => {
		fc.assert(fc.property(fc.string(), fc.double(), (format, value) => void formatNumber(format, value)));
		fc.assert(fc.property(fc.string(), fc.double(), (spec, value) => void formatNumber(`{value:${spec}}`, value)));
	});
});

describe("quantities", () => {
	test.each([
		[45.2, "percent", "45.2 %"],
		[9, "percent", "9.0 %"],
		[0.345, "ratio", "34.5 %"],
		[1024, "megabytes", "1.02 GB"],
		[0, "bytes", "0 B"],
		[1, "bytes", "1 B"],
		[1234567, "bytes", "1.23 MB"],
		[0.0012, "seconds", "1.20 ms"],
		[90, "seconds", "1.50 min"],
		[1234567, "", "1,234,567"],
		[12.345, "/s", "12.35 /s"],
		[2_500_000, "bytes/s", "2.50 MB/s"],
		[-4, "celsius", "−4.0 °C"],
		[3, "bees", "3 bees"],
		[1, "tasks", "1 task"],
		[1, "entries", "1 entry"],
		[1, "batches", "1 batch"],
		[1, "series", "1 series"],
		[1, "tasks/s", "1.00 tasks/s"],
		[15.5, "windows", "16 windows"],
		[3.49, "windows", "3.5 windows"],
		[0.25, "cores", "0.25 cores"],
		[1_230_128, "megabytes", "1.23 TB"],
		[10_000_000_118, "percent", "1.00e10 %"],
		[Number.NaN, "percent", "–"],
		[5, "constructor", "5 constructor"],
		[1, "up", "up"],
		[0, "up", "down"],
		[2, "of\u00a03", "2 of 3"],
		[360, "seconds ago", "6 min ago"],
		[-90_000, "seconds ago", "in 1 d"],
		[5, "__proto__", "5 __proto__"],
	])("%f %s", (value, unit, expected) => {
		expect(quantity(value, unit)).toBe(spaced(expected));
	});

	test("the marks of one axis share a step and carry no idle zeros", () => {
		expect([0, 0.25, 0.5, 1].map((value) => mark(value * 1000, "megabytes", 1000))).toEqual(
			["0 GB", "0.25 GB", "0.5 GB", "1 GB"].map(spaced),
		);
		expect(mark(40, "records/s")).toBe(spaced("40 /s"));
	});

	test("counts are whole and grouped", () => {
		expect([0, 999, 1000, 12345678].map(count)).toEqual(["0", "999", "1,000", "12,345,678"]);
	});

	test("a number of twelve digits and more is short, with all digits for its tooltip", () => {
		expect([99_999_999_999, 123_456_789_012, -9.87e13].map(count)).toEqual(["99,999,999,999", "123.5G", "−98.7T"]);
		expect(quantity(123_456_789_012, "tasks/s")).toBe(spaced("123.5G tasks/s"));
		expect(quantity(1_234_567_890_123)).toBe("1.235T");
		expect([9_999_999, 12_345_678].map(total)).toEqual(["9,999,999", "12.35M"]);
		expect(total(undefined)).toBe("–");
		const shown = (value: number, unit = "") => inFull(value, quantity(value, unit));
		expect(shown(123_456_789_012)).toBe("123,456,789,012");
		expect(shown(123_456.5, "tasks/s")).toBe("123,456.5");
		expect(shown(-2.5e18)).toBe("−2,500,000,000,000,000,000");
		for (const [value, unit] of [
			[1234, ""],
			[1.5e9, "bytes"],
			[45.23, "percent"],
			[90, "seconds"],
		] as const)
			expect(shown(value, unit), quantity(value, unit)).toBeUndefined();
	});

	test("an instant that a metric reports is told by how long ago it was", () => {
		const now = () => Date.UTC(2026, 10, 30, 12);
		const read = (name: string, ms: number) => metricText(name, ms, now).replaceAll("\u00a0", " ");
		expect(read("process_start_time_seconds", now() / 1000 - 360)).toBe("6 min ago");
		expect(read('job_last_success_timestamp_seconds{job="a"}', now() / 1000 - 86_400)).toBe("1 d ago");
		expect(read("last_seen_timestamp_ms", now() - 5000)).toBe("5 s ago");
		expect(read("certificate_expiry_seconds", now() / 1000 + 864_000)).toBe("in 10 d");
		expect(read("backup_last_success_timestamp", 0)).toBe("never");
		for (const name of ["request_time_seconds", "task_duration_seconds", "uptime_seconds", "timestamps_written"])
			expect(read(name, 90)).toBe(name.endsWith("seconds") ? "1.50 min" : "90");
	});

	test("a metric's name tells its unit and its words", () => {
		expect(unitOf("cpu_percent")).toBe("percent");
		expect(unitOf("memory_mb")).toBe("megabytes");
		expect(unitOf("hiveframe_process_cpu_seconds_total")).toBe("seconds");
		expect(unitOf("tasks_total")).toBeUndefined();
		expect(metricWords("stream_late_records_total")).toBe("late records");
		expect(metricWords("hiveframe_worker_utilization")).toBe("utilization");
	});
});

test("durations and distances", () => {
	expect([-5, 0, 850, 1900, 12_000, 185_000, 7_440_000, 273_600_000].map(elapsed)).toEqual(
		["0 ms", "0 ms", "850 ms", "1.9 s", "12 s", "3m 05s", "2h 04m", "3d 4h"].map(spaced),
	);
	expect([0, 999, 1000, 61_000, -1500, -90_000].map((ago) => relative(1e12 - ago, 1e12))).toEqual(
		["now", "now", "1 s ago", "1 min ago", "now", "in 1 min"].map(spaced),
	);
	expect(utc(0)).toBe("1970-01-01 00:00:00.000 UTC");
	const zone = process.env.TZ;
	try {
		process.env.TZ = "Asia/Kolkata";
		expect(local(0)).toBe("1970-01-01 05:30:00.000 UTC+05:30");
		process.env.TZ = "America/New_York";
		expect(local(0)).toBe("1969-12-31 19:00:00.000 UTC−05:00");
	} finally {
		if (zone === undefined) delete process.env.TZ;
		else process.env.TZ = zone;
	}
});
