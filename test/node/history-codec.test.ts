import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteReader, ByteWriter } from "../../colony-bridge/protocol/query/codec/bytes.ts";
import { readIntegers, writeIntegers } from "../../colony-bridge/protocol/query/codec/integers.ts";
import { readColumn, writeColumn } from "../../durable/history/blocks/column.ts";

function encode(values: readonly number[]): Uint8Array {
	const out = new ByteWriter();
	writeColumn(Float64Array.from(values), values.length, out);
	return out.take();
}

function decode(bytes: Uint8Array, count: number): number[] {
	const values = new Float64Array(count);
	const from = new ByteReader(bytes);
	readColumn(from, count, values);
	expect(from.position, "bytes left over").toBe(bytes.length);
	return [...values];
}

/** Bit for bit: -0 is not 0. */
function expectRoundTrip(values: readonly number[]): void {
	const back = decode(encode(values), values.length);
	for (const [i, value] of values.entries()) {
		if (!Object.is(back[i], value)) throw new Error(`value ${i}: ${value} came back as ${back[i]} of ${values.length}`);
	}
}

const anyDouble = fc.double({ noNaN: true });
const oneDecimal = fc.integer({ min: -5000, max: 5000 }).map((tenths) => tenths / 10);
const walk = fc
	.tuple(
		fc.integer({ min: -1e6, max: 1e6 }),
		fc.array(fc.integer({ min: -40, max: 40 }), { maxLength: 300 }),
		fc.integer({ min: 0, max: 6 }),
	)
	.map(([start, steps, digits]) => {
		let now = start;
		return steps.map((step) => {
			now += step;
			return now / 10 ** digits;
		});
	});
const counter = fc
	.tuple(fc.integer({ min: 0, max: 2 ** 50 }), fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { maxLength: 100 }))
	.map(([start, rises]) => {
		let now = start;
		return rises.map((rise) => {
			now += rise;
			return now;
		});
	});

describe("a column is decoded bit for bit", () => {
	test("H4: whatever the doubles", () => {
		fc.assert(fc.property(fc.array(anyDouble, { maxLength: 200 }), expectRoundTrip));
	});
	test("short decimals, walks and counters", () => {
		fc.assert(fc.property(fc.oneof(fc.array(oneDecimal), walk, counter), expectRoundTrip), { numRuns: 500 });
	});
	test("decimals with strangers among them", () => {
		fc.assert(
			fc.property(
				fc.array(fc.oneof({ weight: 30, arbitrary: oneDecimal }, { weight: 1, arbitrary: anyDouble }), { minLength: 50 }),
				expectRoundTrip,
			),
			{
				numRuns: 500,
			},
		);
	});
	test.each([
		["nothing", []],
		["one", [45.2]],
		["negative zero among zeros", [0, -0, 0, 0, -0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
		["only negative zeros", [-0, -0, -0]],
		["denormals", [5e-324, 2.2250738585072014e-308, -5e-324]],
		["the greatest", [1e308, -1e308, Number.MAX_VALUE, -Number.MAX_VALUE]],
		["infinities", [Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY]],
		["counters beyond 2^53", [2 ** 53, 2 ** 53 + 2, 2 ** 60, 2 ** 63, 2 ** 64 - 2048]],
		["just within and beyond the scaled range", [2 ** 50 - 1, 2 ** 50, 2 ** 50 + 1, -(2 ** 50), -(2 ** 50) - 1]],
		["leaps across the whole range", [2 ** 50, 1 - 2 ** 50, 2 ** 50, -(2 ** 50), 2 ** 50 - 1, 3]],
		["an outlier that forbids more digits", [2 ** 50, 0.1, 2 ** 50, 0.25]],
		["thirds", [1 / 3, 2 / 3, 1 / 3]],
		["multiples of a page", [4096, 8192, 4096, 40960, 8192]],
	])("%s", (_name, values) => expectRoundTrip(values));
});

test("the worked example in the column's description", () => {
	expect([...encode([45.2, 45.3, 45.3, 45.1])].slice(0, 7)).toEqual([0x01, 0x01, 0x88, 0x07, 0x01, 0x01, 0x00]);
});

test("integers of every size are decoded as they were", () => {
	const size = fc.integer({ min: 0, max: 50 });
	const sized = size.chain((bits) =>
		fc
			.double({ min: -(2 ** bits), max: 2 ** bits, noNaN: true })
			.map(Math.round)
			.map((n) => n + 0),
	);
	fc.assert(
		fc.property(fc.array(sized, { maxLength: 200 }), (numbers) => {
			const out = new ByteWriter();
			writeIntegers(Float64Array.from(numbers), numbers.length, out);
			const back = new Float64Array(numbers.length);
			readIntegers(new ByteReader(out.take()), numbers.length, back);
			expect([...back]).toEqual(numbers);
		}),
	);
});

test("bytes cut short are refused, not read as something else", () => {
	fc.assert(
		fc.property(walk, fc.nat(), (values, cut) => {
			fc.pre(values.length > 2 && new Set(values).size > 1);
			const bytes = encode(values);
			expect(() => decode(bytes.slice(0, cut % bytes.length), values.length)).toThrow(RangeError);
		}),
	);
});

test("regular columns are small", () => {
	expect(encode(new Array(1440).fill(512)).length).toBeLessThanOrEqual(5);
	expect(encode(Array.from({ length: 1440 }, (_, i) => i * 5000)).length / 1440).toBeLessThan(0.15);
	expect(encode(Array.from({ length: 1440 }, (_, i) => (i % 2) * 4096)).length / 1440).toBeLessThan(0.3);
});
