/** The history as a source of samples: which series match, and where their ends are marked. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Matcher } from "../../colony-bridge/protocol/promql/terms.ts";
import { History } from "../../durable/history/history.ts";
import { matching, predicateOf } from "../../durable/promql/history/matching.ts";
import { SeriesIndex } from "../../durable/promql/history/series-index.ts";
import { HistorySamples } from "../../durable/promql/history/source.ts";
import { markEnds } from "../../durable/promql/history/staleness.ts";
import { Labels } from "../../durable/promql/labels.ts";
import { wholly } from "../../durable/work/work.ts";
import { IN_MEMORY, openNodeSql } from "../../worker/node/clusters/sql.ts";

const at = Date.UTC(2026, 0, 1);

describe("matchers", () => {
	const patterns = ["", "a", "a|b", "(a|bc)", "(?:a|)", ".*", ".+", "a.*", ".*a", ".*a.*", "a.c", "[ab]+", "a{2}", "(?i)A", "a|b.*", "x*"];
	const texts = ["", "a", "b", "bc", "abc", "aXc", "a\nc", "aa", "A", "ba", "xx", "b\n"];

	test.each(patterns)("a fast path of %j answers as the whole expression does", (pattern) => {
		// RegExp is no RE2, but is one for these.
		const insensitive = pattern.startsWith("(?i)");
		const whole = new RegExp(`^(?:${pattern.replace("(?i)", "")})$`, insensitive ? "si" : "s");
		for (const text of texts) {
			expect(predicateOf({ type: "=~", value: pattern })(text), text).toBe(whole.test(text));
			expect(predicateOf({ type: "!~", value: pattern })(text), text).toBe(!whole.test(text));
		}
	});

	test("a pattern that is none is refused", () => expect(() => predicateOf({ type: "=~", value: "a(" })).toThrow(/missing closing/));
});

describe("ends of series", () => {
	const marked = (instants: readonly number[], until: number) => {
		const { times, values, stale } = markEnds(Float64Array.from(instants), Float64Array.from(instants.keys()), until);
		return Array.from(times, (time, i) => (stale[i] ? `${time} ended` : `${time} ${values[i]}`));
	};

	test("are three usual intervals after the last sample, and a minute at least", () => {
		const steady = Array.from({ length: 5 }, (_, i) => i * 30_000);
		expect(marked(steady, 120_000 + 90_000)).toHaveLength(5);
		expect(marked(steady, 120_000 + 90_001).at(-1)).toBe("210000 ended");
		const dense = [0, 5_000, 10_000];
		expect(marked(dense, 70_000)).toHaveLength(3);
		expect(marked(dense, 70_001).at(-1)).toBe("70000 ended");
	});

	test("are marked between samples, in order", () => {
		const samples = [0, 5_000, 10_000, 200_000, 205_000, 210_000];
		expect(marked(samples, 400_000)).toEqual([
			"0 0",
			"5000 1",
			"10000 2",
			"70000 ended",
			"200000 3",
			"205000 4",
			"210000 5",
			"270000 ended",
		]);
	});

	test("of a series whose interval nobody knows are not guessed", () => {
		expect(marked([0], 1e9)).toEqual(["0 0"]);
		expect(marked([0, 5_000], 1e9)).toEqual(["0 0", "5000 1"]);
	});

	test("never lose a sample, and stay in order", () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 60 }), (distances) => {
				let now = 0;
				const instants = distances.map((distance) => (now += distance));
				const found = marked(instants, now + 1_000_000);
				expect(found.filter((text) => !text.endsWith("ended"))).toEqual(instants.map((instant, i) => `${instant} ${i}`));
				const times = found.map((text) => Number.parseInt(text, 10));
				expect(times).toEqual(times.toSorted((a, b) => a - b));
			}),
		);
	});
});

describe("a history as a source", () => {
	const sql = openNodeSql(IN_MEMORY);
	const history = new History(sql);
	const NAMES = ["up", "down", "up_total"];
	const definitions = NAMES.flatMap((name) =>
		["", "a", "b", "ab"].map((zone) => ({ name, ...(zone !== "" && { labels: { zone, [`only_${name}`]: "x" } }), type: "gauge" as const })),
	);
	const numbers = definitions.map((definition) => history.define(definition));
	for (let i = 0; i < 1000; i++) {
		sql.transaction(() => {
			history.append(
				at + i * 5000,
				numbers,
				numbers.map((number) => number * 1000 + i),
			);
			history.commit(i + 1);
		});
	}
	const index = new SeriesIndex(history.series.dictionary);
	const labelsOf = ({ name, labels }: (typeof definitions)[number]) => Labels.of({ ...labels, __name__: name });
	const end = at + 999 * 5000;

	test("finds what a look at every series finds", () => {
		const matcher = fc.record({
			name: fc.constantFrom("__name__", "zone", "only_up", "none"),
			type: fc.constantFrom("=", "!=", "=~", "!~"),
			value: fc.constantFrom("", "a", "b", "up", "down", "a|b", "up.*", ".+", ".*", "x", "[ab]+"),
		}) as fc.Arbitrary<Matcher>;
		fc.assert(
			fc.property(fc.array(matcher, { maxLength: 4 }), (matchers) => {
				const found = wholly(index.find(matchers)).map(({ number }) => number);
				const matches = matching(matchers);
				expect(found).toEqual(numbers.filter((_, i) => matches(labelsOf(definitions[i] as (typeof definitions)[number]))));
			}),
		);
	});

	test("gives every sample of a range, its start excluded, from memory and from disk", () => {
		const source = new HistorySamples(history.series, index, end);
		const range = fc.tuple(fc.integer({ min: -10, max: 1010 }), fc.integer({ min: 0, max: 1010 }));
		fc.assert(
			fc.property(range, ([first, count]) => {
				const [from, to] = [at + first * 5000, at + (first + count) * 5000];
				const [series] = wholly(
					source.select(
						[
							{ name: "__name__", type: "=", value: "down" },
							{ name: "zone", type: "=", value: "a" },
						],
						from,
						to,
					),
				);
				const expected = Array.from({ length: 1000 }, (_, i) => i).filter((i) => at + i * 5000 > from && at + i * 5000 <= to);
				expect(Array.from(series?.times.subarray(0, series.length) ?? [])).toEqual(expected.map((i) => at + i * 5000));
				expect(series?.stale).toBeUndefined();
				if (series) expect(series.values[0]).toBe(5 * 1000 + (expected[0] as number));
			}),
			{ numRuns: 50 },
		);
	});

	test("marks an end in the same place whatever range is asked for", () => {
		const source = new HistorySamples(history.series, index, end + 600_000);
		const matchers = [
			{ name: "__name__", type: "=" as const, value: "up" },
			{ name: "zone", type: "=" as const, value: "" },
		];
		for (const from of [end - 300_000, end - 5_001, end - 1]) {
			const [series] = wholly(source.select(matchers, from, end + 90_000));
			expect([series?.times[series.length - 1], series?.stale?.[series.length - 1]]).toEqual([end + 60_000, 1]);
			expect(series?.times[0]).toBeGreaterThan(from);
		}
	});

	test("marks the end of what is not heard any more", () => {
		const source = new HistorySamples(history.series, index, end + 120_000);
		const [series] = wholly(source.select([{ name: "__name__", type: "=", value: "up" }], end - 20_000, end + 300_000));
		expect(Array.from(series?.times ?? [])).toEqual([end - 15_000, end - 10_000, end - 5000, end, end + 60_000]);
		expect(Array.from(series?.stale ?? [])).toEqual([0, 0, 0, 0, 1]);
	});
});
