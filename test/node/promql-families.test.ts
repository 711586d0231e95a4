/** Functions of PromQL against plain ones: over samples of a window, over the buckets of a histogram, and over texts. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SIGNATURES } from "../../colony-bridge/protocol/promql/signatures.ts";
import { bucketFraction, bucketQuantile } from "../../durable/promql/families/buckets.ts";
import { DEFINITIONS } from "../../durable/promql/families/definitions.ts";
import { Labels, type Notes, type RangeFunction, type Window } from "../../durable/promql/values.ts";
import { runScript } from "../promql/suite.ts";

interface Sample {
	time: number;
	value: number;
}

const quiet: Notes = { warn: () => {}, info: () => {}, warnEach: () => {} };
const rangeFunction = (name: string): RangeFunction => {
	const definition = DEFINITIONS.get(name);
	if (!definition || !("range" in definition)) throw new Error(`${name} is no function of a range`);
	return definition.range;
};

/** Samples in a buffer that has others around them. */
function windowOf(samples: readonly Sample[], around: readonly Sample[], extended?: Window["extended"]): Window {
	const before = around.map(({ value }, i) => ({ time: -1_000_000 + i, value }));
	const after = around.map(({ value }, i) => ({ time: 10_000_000 + i, value }));
	const all = [...before, ...samples, ...after];
	return {
		times: Float64Array.from(all, ({ time }) => time),
		values: Float64Array.from(all, ({ value }) => value),
		first: before.length,
		end: before.length + samples.length,
		from: 0,
		to: 600_000,
		at: 700_000,
		labels: Labels.none,
		...(extended && { extended }),
	};
}

const samplesOf = (values: fc.Arbitrary<number>) =>
	fc.array(fc.record({ gap: fc.integer({ min: 1, max: 29_000 }), value: values }), { maxLength: 20 }).map((steps) => {
		let time = 0;
		return steps.map(({ gap, value }): Sample => {
			time += gap;
			return { time, value };
		});
	});
const gauge = samplesOf(fc.double({ min: -1e6, max: 1e6, noNaN: true }));
const any = samplesOf(fc.double());
const counter = samplesOf(fc.integer({ min: 0, max: 1000 }));

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
const variance = (values: readonly number[]) => mean(values.map((value) => (value - mean(values)) ** 2));
const between = (values: readonly number[], q: number) => {
	const sorted = [...values].sort((a, b) => a - b);
	const rank = q * (sorted.length - 1);
	const [low, high] = [sorted[Math.floor(rank)] as number, sorted[Math.ceil(rank)] as number];
	return low + (high - low) * (rank - Math.floor(rank));
};
/** @returns slope by the second and value at `instant` of the line with the least squares, centred so that little is lost */
const line = (samples: readonly Sample[], instant: number) => {
	const [x, y] = [mean(samples.map(({ time }) => time)), mean(samples.map(({ value }) => value))];
	const slope = sum(samples.map(({ time, value }) => (time - x) * (value - y))) / sum(samples.map(({ time }) => (time - x) ** 2));
	return { slope: slope * 1000, value: y + slope * (instant - x) };
};
/** What a counter gained, beginning anew from zero where it fell. */
const gained = (values: readonly number[]) =>
	sum(values.slice(1).map((value, i) => (value < (values[i] as number) ? value : value - (values[i] as number))));

const PLAIN: Record<string, (samples: readonly Sample[], values: readonly number[]) => number> = {
	sum_over_time: (_, values) => sum(values),
	avg_over_time: (_, values) => mean(values),
	min_over_time: (_, values) => Math.min(...values),
	max_over_time: (_, values) => Math.max(...values),
	count_over_time: (samples) => samples.length,
	first_over_time: (_, values) => values[0] as number,
	last_over_time: (_, values) => values.at(-1) as number,
	present_over_time: () => 1,
	stdvar_over_time: (_, values) => variance(values),
	stddev_over_time: (_, values) => Math.sqrt(variance(values)),
	mad_over_time: (_, values) =>
		between(
			values.map((value) => Math.abs(value - between(values, 0.5))),
			0.5,
		),
	ts_of_first_over_time: ([first]) => (first as Sample).time / 1000,
	ts_of_last_over_time: (samples) => (samples.at(-1) as Sample).time / 1000,
	ts_of_max_over_time: (samples, values) => (samples.findLast(({ value }) => value === Math.max(...values)) as Sample).time / 1000,
	ts_of_min_over_time: (samples, values) => (samples.findLast(({ value }) => value === Math.min(...values)) as Sample).time / 1000,
	resets: (_, values) => values.filter((value, i) => i > 0 && value < (values[i - 1] as number)).length,
	changes: (_, values) => values.filter((value, i) => i > 0 && value !== values[i - 1]).length,
};

describe("a function over a range", () => {
	test.each(Object.entries(PLAIN))("%s", (name, plain) => {
		const compute = rangeFunction(name);
		fc.assert(
			fc.property(gauge, any, (samples, around) => {
				const value = compute(windowOf(samples, around), [], quiet);
				if (samples.length === 0) expect(value).toBeUndefined();
				else {
					const values = samples.map((sample) => sample.value);
					const scale = Math.max(1, ...values.map(Math.abs)) ** (name === "stdvar_over_time" ? 2 : 1);
					expect(Math.abs((value as number) - plain(samples, values)) / scale).toBeLessThan(name === "stddev_over_time" ? 1e-6 : 1e-9);
				}
			}),
		);
	});

	test("quantile_over_time is between the values around the rank", () => {
		fc.assert(
			fc.property(gauge, fc.double({ min: 0, max: 1, noNaN: true }), (samples, q) => {
				const value = rangeFunction("quantile_over_time")(windowOf(samples, []), [q], quiet);
				if (samples.length === 0) expect(value).toBeUndefined();
				else
					expect(value).toBeCloseTo(
						between(
							samples.map((sample) => sample.value),
							q,
						),
						5,
					);
			}),
		);
	});

	test("deriv and predict_linear are on the line with the least squares", () => {
		fc.assert(
			fc.property(gauge, (samples) => {
				// Samples a millisecond apart say little about minutes later.
				const spread = samples.map(({ time, value }, i) => ({ time: time + i * 5000, value }));
				const window = windowOf(spread, []);
				const [slope, value] = [rangeFunction("deriv")(window, [], quiet), rangeFunction("predict_linear")(window, [60], quiet)];
				if (samples.length < 2) expect([slope, value]).toEqual([undefined, undefined]);
				else {
					const expected = line(spread, window.at + 60_000);
					const reach = window.at / ((spread.at(-1) as Sample).time - (spread[0] as Sample).time);
					const tolerance = 1e-9 * Math.max(1, ...samples.map((sample) => Math.abs(sample.value))) * Math.max(1, reach) ** 2;
					expect(Math.abs((slope as number) - expected.slope)).toBeLessThan(tolerance);
					expect(Math.abs((value as number) - expected.value)).toBeLessThan(tolerance);
				}
			}),
		);
	});

	test("increase is what the counter gained, extrapolated to no more than the range; rate is it by the second", () => {
		fc.assert(
			fc.property(counter, any, (samples, around) => {
				const window = windowOf(samples, around);
				const [increase, rate] = [rangeFunction("increase")(window, [], quiet), rangeFunction("rate")(window, [], quiet)];
				if (samples.length < 2) expect([increase, rate]).toEqual([undefined, undefined]);
				else {
					const least = gained(samples.map(({ value }) => value));
					const sampled = (samples.at(-1) as Sample).time - (samples[0] as Sample).time;
					expect(increase).toBeGreaterThanOrEqual(least * (1 - 1e-12));
					expect(increase).toBeLessThanOrEqual(((least * 600_000) / sampled) * (1 + 1e-12));
					expect(rate).toBeCloseTo((increase as number) / 600, 9);
				}
			}),
		);
	});

	test("anchored, it is what the counter gained since the sample before; smoothed, of a line it is the slope", () => {
		fc.assert(
			fc.property(counter, fc.integer({ min: 0, max: 1000 }), (samples, anchor) => {
				const values = [anchor, ...samples.map(({ value }) => value)];
				const window = windowOf([{ time: -5000, value: anchor }, ...samples], [], "anchored");
				expect(rangeFunction("increase")(window, [], quiet)).toBe(samples.length === 0 ? undefined : gained(values));
			}),
		);
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 50 }), (start, slope) => {
				const samples = Array.from({ length: 50 }, (_, i): Sample => ({ time: -7000 + i * 15_000, value: start + i * 15 * slope }));
				expect(rangeFunction("rate")(windowOf(samples, [], "smoothed"), [], quiet)).toBeCloseTo(slope, 9);
			}),
		);
	});

	test("no values make it throw, whatever they are", () => {
		fc.assert(
			fc.property(any, fc.double(), fc.constantFrom(undefined, "anchored", "smoothed"), (samples, argument, extended) => {
				for (const [name, definition] of DEFINITIONS) {
					if (!("range" in definition) || name === "double_exponential_smoothing") continue;
					if (extended && !definition.extended?.includes(extended)) continue;
					const value = definition.range(windowOf(samples, [], extended), [argument], quiet);
					expect(value === undefined || typeof value === "number").toBe(true);
				}
			}),
		);
	});
});

describe("a classic histogram", () => {
	const histogram = fc
		.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 })
		.chain((bounds) =>
			fc.tuple(
				fc.constant(bounds.sort((a, b) => a - b)),
				fc.array(fc.integer({ min: 1, max: 50 }), { minLength: bounds.length, maxLength: bounds.length }),
			),
		)
		.map(([bounds, counts]) => {
			const cumulative = counts.map((_, i) => sum(counts.slice(0, i + 1)));
			const buckets = bounds.map((upper, i) => ({ upper, count: cumulative[i] as number }));
			return [...buckets, { upper: Number.POSITIVE_INFINITY, count: cumulative.at(-1) as number }];
		});
	const copied = (buckets: { upper: number; count: number }[]) => buckets.map((bucket) => ({ ...bucket }));

	test("has the share q below its quantile q", () => {
		fc.assert(
			fc.property(histogram, fc.double({ min: 0.001, max: 1, noNaN: true }), (buckets, q) => {
				const { quantile, forced } = bucketQuantile(q, copied(buckets));
				expect(forced).toBeUndefined();
				expect(bucketFraction(Number.NEGATIVE_INFINITY, quantile, copied(buckets))).toBeCloseTo(q, 9);
			}),
		);
	});

	test("whose counts fall is that of the highest counts so far, and says so", () => {
		fc.assert(
			fc.property(histogram, fc.nat(7), fc.double({ min: 0, max: 1, noNaN: true }), (buckets, at, q) => {
				const fallen = copied(buckets);
				const [before, bucket] = [fallen[at], fallen[at + 1]];
				fc.pre(before !== undefined && bucket !== undefined && bucket.upper !== Number.POSITIVE_INFINITY);
				(bucket as { count: number }).count = (before as { count: number }).count - 1;
				const mended = copied(fallen);
				(mended[at + 1] as { count: number }).count = (before as { count: number }).count;
				const { quantile, forced } = bucketQuantile(q, fallen);
				expect(forced).toEqual({ lowest: bucket?.upper, highest: bucket?.upper, difference: 1 });
				expect(quantile).toBe(bucketQuantile(q, mended).quantile);
			}),
		);
	});

	test("without observations or a bucket of all has none", () => {
		expect(
			bucketQuantile(0.5, [
				{ upper: 1, count: 2 },
				{ upper: 2, count: 4 },
			]).quantile,
		).toBeNaN();
		expect(
			bucketQuantile(0.5, [
				{ upper: 1, count: 0 },
				{ upper: Number.POSITIVE_INFINITY, count: 0 },
			]).quantile,
		).toBeNaN();
		expect([-1, 2].map((q) => bucketQuantile(q, [{ upper: Number.POSITIVE_INFINITY, count: 1 }]).quantile)).toEqual([-Infinity, Infinity]);
	});
});

describe("the table of functions", () => {
	/** What the evaluator itself makes of the query. */
	const EVALUATED = new Set(["absent_over_time", "end", "range", "start", "start_timestamp", "step", "timestamp"]);

	test("has an implementation for each signature, and no other", () => {
		expect([...SIGNATURES.keys()].filter((name) => !EVALUATED.has(name)).sort()).toEqual([...DEFINITIONS.keys()].sort());
	});
});

describe("labels made by a query", () => {
	const replaced = (template: string, expression: string) =>
		`load 1m\n  up{path="api/v1-beta"} 1\n\neval instant at 0 label_replace(up, "out", "${template}", "path", "${expression}")\n  `;

	test.each([
		["$1", "(.*)/.*", "api"],
		// biome-ignore lint/suspicious/noTemplateCurlyInString: a template of RE2
		["${first}-$second", "(?P<first>.*)/(?P<second>.*)", "api-v1-beta"],
		["$1x", "(.*)/.*", ""],
		["$$1", "(.*)/.*", "$1"],
		["$9", "(.*)/.*", ""],
		["${1", "(.*)/.*", "${1"],
		["no match", "v1", undefined],
	])("%s of %s", (template, expression, value) => {
		const labels = value ? `out="${value}", path="api/v1-beta"` : 'path="api/v1-beta"';
		expect(runScript(`${replaced(template, expression)}up{${labels}} 1`).map(({ result }) => result)).toEqual(["passed"]);
	});

	test.each([
		[
			"a label that grows without end",
			`label_replace(label_replace(up, "out", "${"$1".repeat(500)}", "path", "(.*)"), "out", "${"$1".repeat(500)}", "out", "(.*)")`,
		],
		["an expression that takes too long", 'label_replace(up, "out", "$1", "path", "((.*)(.?){300}){5}")'],
		["a matcher that takes too long", 'up{path=~".*x.{2000}y"}'],
	])("%s is refused by name", (_, query) => {
		const script = `load 1m\n  up{path="api/v1-beta"} 1\n\neval instant at 0 ${query}\n  expect fail regex: .*(more than 10000 characters|more than 1000 instructions).*`;
		expect(runScript(script).map(({ result }) => result)).toEqual(["passed"]);
	});

	test("a list of texts is one, however long and escaped", () => {
		const texts = Array.from({ length: 2000 }, (_, i) => `10\\\\.0\\\\.0\\\\.${i}:9100`);
		const script = `load 1m\n  up{instance="10.0.0.7:9100"} 1\n  up{instance="10a0.0.7:9100"} 1\n\neval instant at 0 count(up{instance=~"(${texts.slice(0, 900).join("|")})"})\n  {} 1`;
		expect(runScript(script).map(({ result }) => result)).toEqual(["passed"]);
	});

	test("are ordered by the numbers in them", () => {
		const script =
			'load 1m\n  up{w="w-10"} 1\n  up{w="w-9"} 1\n  up{w="w-1"} 1\n\neval instant at 0 sort_by_label(up, "w")\n  expect ordered\n  up{w="w-1"} 1\n  up{w="w-9"} 1\n  up{w="w-10"} 1';
		expect(runScript(script).map(({ result }) => result)).toEqual(["passed"]);
	});
});
