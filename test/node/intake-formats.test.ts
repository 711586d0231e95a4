import fc from "fast-check";
import { compress } from "snappyjs";
import { describe, expect, test } from "vitest";
import { Malformed } from "../../worker/intake/malformed.ts";
import { otlpLabelName, otlpMetricName, unitName } from "../../worker/intake/otlp/names.ts";
import { readOtlpProtobuf } from "../../worker/intake/otlp/protobuf-fields.ts";
import { plainDecimal } from "../../worker/intake/otlp/series.ts";
import { readRemoteWrite } from "../../worker/intake/remote-write.ts";
import { readSnappy } from "../../worker/intake/snappy.ts";

const MOST = 100_000;

describe("snappy", () => {
	test("whatever is compressed comes back", () => {
		const repeating = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 80 }), fc.integer({ min: 1, max: 900 }));
		const bytes = fc.oneof(
			fc.uint8Array({ maxLength: 300 }),
			repeating.map(([some, times]) => new Uint8Array(Buffer.concat(Array.from({ length: times }, () => Buffer.from(some))))),
		);
		fc.assert(
			fc.property(bytes, (plain) => {
				expect(Buffer.compare(readSnappy(compress(plain), MOST), plain)).toBe(0);
			}),
		);
	});

	test("any bytes are read or refused, at once", () => {
		const block = fc
			.tuple(fc.uint8Array({ minLength: 1, maxLength: 3 }), fc.uint8Array({ maxLength: 40 }))
			.map(([head, rest]) => [...head, ...rest]);
		fc.assert(
			fc.property(block, (bytes) => {
				try {
					readSnappy(Uint8Array.from(bytes), MOST);
				} catch (error) {
					expect(error instanceof Malformed || error instanceof RangeError).toBe(true);
				}
			}),
			{ numRuns: 2_000 },
		);
		// A literal of a negative length, as 32 bits.
		expect(() => readSnappy(Uint8Array.of(40, 63 << 2, 0xf8, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0), MOST)).toThrow(Malformed);
		expect(() => readSnappy(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f), MOST)).toThrow(RangeError);
	});
});

test("any bytes are a protobuf message or refused: nothing else is thrown", () => {
	const nested = (depth: number): number[] =>
		depth === 0 ? [] : [0x2a, ...length(nested(depth - 1).length + 2), 0x0a, ...length(nested(depth - 1).length), ...nested(depth - 1)];
	const length = (count: number): number[] => (count < 128 ? [count] : [(count & 127) | 128, count >> 7]);
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
			for (const read of [
				() => readOtlpProtobuf(bytes),
				() => [...readRemoteWrite(bytes, 1, "x")],
				() => [...readRemoteWrite(bytes, 2, "x")],
			])
				try {
					read();
				} catch (error) {
					expect(error).toBeInstanceOf(Malformed);
				}
		}),
		{ numRuns: 2_000 },
	);
	// A list in a list in a list ...: an attribute of the resource.
	const value = nested(12);
	const field = (tag: number, bytes: number[]) => [tag, ...length(bytes.length), ...bytes];
	const attribute = (bytes: number[]) => Uint8Array.from(field(0x0a, field(0x0a, field(0x0a, field(0x12, bytes)))));
	expect(readOtlpProtobuf(attribute(value)).resourceMetrics[0]?.resource?.attributes[0]?.value).toMatch(/^\[/);
});

test.each<[string, string, "counter" | "gauge" | "other", string]>([
	["http.server.duration", "s", "other", "http_server_duration_seconds"],
	["http.requests", "{request}", "counter", "http_requests_total"],
	["http.total.requests", "1", "counter", "http_requests_total"],
	["disk.used", "1", "gauge", "disk_used_ratio"],
	["net.io", "By/s", "gauge", "net_io_bytes_per_second"],
	["took_seconds", "s", "other", "took_seconds"],
	["1st", "", "gauge", "_1st"],
	["°°", "", "gauge", ""],
	["a..b__c", "ms", "other", "a_b_c_milliseconds"],
	["speed", "m/s", "gauge", "speed_meters_per_second"],
])("metric %s in %s (%s) is %s", (name, unit, kind, expected) => {
	expect(otlpMetricName(name, unit, kind)).toBe(expected);
});

test("units, labels and bounds are written as Prometheus writes them", () => {
	expect(["s", "By/s", "1", "{thing}", "%"].map(unitName)).toEqual(["seconds", "bytes_per_second", "", "", "percent"]);
	expect(["http.status", "a__b", "1st", "__own__", "é"].map(otlpLabelName)).toEqual(["http_status", "a_b", "key_1st", "__own__", ""]);
	expect([0.005, 1, 10, 1e-7, 1.5e21, 1e23, -2.5, 0, Number.POSITIVE_INFINITY].map(plainDecimal)).toEqual([
		"0.005",
		"1",
		"10",
		"0.0000001",
		"1500000000000000000000",
		"100000000000000000000000",
		"-2.5",
		"0",
		"+Inf",
	]);
});
