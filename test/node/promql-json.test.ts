/** Answers of queries as JSON: values and instants as Go writes them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { answered } from "../../durable/promql/api/result.ts";
import { Labels } from "../../durable/promql/labels.ts";
import { QueryLimit } from "../../durable/promql/values.ts";
import { wholly } from "../../durable/work/work.ts";

const notes = { warnings: [], infos: [] };
const told = (body: Uint8Array) => JSON.parse(new TextDecoder().decode(body)) as { data: { result: never }; warnings?: string[] };

test.each([
	[0, "0"],
	[-0, "-0"],
	[Number.NaN, "NaN"],
	[Number.POSITIVE_INFINITY, "+Inf"],
	[Number.NEGATIVE_INFINITY, "-Inf"],
	[1e-7, "1e-07"],
	[-1.5e-10, "-1.5e-10"],
	[1e21, "1e+21"],
	[1.5e300, "1.5e+300"],
	[123_456_789_012_345_680_000, "123456789012345680000"],
	[0.1 + 0.2, "0.30000000000000004"],
	[-12.5, "-12.5"],
])("%d is %s", (value, text) => {
	expect(told(wholly(answered({ type: "scalar", time: 1500, value, ...notes }, 0))).data.result).toEqual([1.5, text]);
	const series = { labels: Labels.of({ a: '\\"\n' }), times: Float64Array.of(-1, 0, 1001), values: Float64Array.of(value, value, value) };
	expect(told(wholly(answered({ type: "matrix", series: [series, series], ...notes }, 1)))).toMatchObject({
		data: {
			result: [
				{
					metric: { a: '\\"\n' },
					values: [
						[-0.001, text],
						[0, text],
						[1.001, text],
					],
				},
			],
		},
		warnings: ["results truncated due to limit"],
	});
});

test("every double reads back as itself", () => {
	fc.assert(
		fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 0, max: 4e12 }), (value, time) => {
			const samples = [{ labels: Labels.none, value }];
			const { result } = told(wholly(answered({ type: "vector", time, samples, ...notes }, 0))).data as {
				result: { value: [number, string] }[];
			};
			expect(result[0]?.value[0]).toBe(time / 1000);
			expect(Number(result[0]?.value[1])).toBe(value);
		}),
	);
});

test("an answer of too many values is refused by name", () => {
	const series = { labels: Labels.none, times: new Float64Array(600_000), values: new Float64Array(600_000) };
	expect(() => wholly(answered({ type: "matrix", series: [series, series], ...notes }, 0))).toThrow(QueryLimit);
});
