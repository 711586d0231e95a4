/** Of any query and any series: a range query is its instants one by one, and nothing takes more than the limits. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matcherOf } from "../../colony-bridge/protocol/promql/matcher.ts";
import { FULL_SYNTAX } from "../../colony-bridge/protocol/promql/parse.ts";
import type { Answer } from "../../durable/promql/evaluate/answer.ts";
import { evaluate, type When } from "../../durable/promql/evaluate/engine.ts";
import { EXPERIMENTAL, type Options, STOCK } from "../../durable/promql/evaluate/options.ts";
import { Labels, type Matcher, QueryError, QueryLimit, type SampleSource, type SeriesSamples } from "../../durable/promql/values.ts";
import { type Work, wholly } from "../../durable/work/work.ts";
import { LABELS, randomQuery, randomSeries } from "../promql/random-query.ts";
import "../property-seed.ts";

type Drawn = Parameters<Parameters<(typeof randomSeries)["map"]>[0]>[0];

/** Counts what is read. */
class Source implements SampleSource {
	readonly #series: SeriesSamples[];
	samples = 0;

	constructor(drawn: Drawn) {
		const byKey = new Map<string, SeriesSamples>();
		for (const { name, labels, values, ends } of drawn) {
			const pairs = LABELS.map((label, i): [string, string] => [label, labels[i] as string]);
			const kept = values.flatMap((value, i) => (value === undefined ? [] : [[i * 15_000, value] as const]));
			const samples: SeriesSamples = {
				labels: Labels.of([["__name__", name], ...pairs]),
				times: Float64Array.from(kept, ([time]) => time),
				values: Float64Array.from(kept, ([, value]) => value),
				stale: Uint8Array.from(kept, (_, i) => Number(ends && i === kept.length - 1)),
				length: kept.length,
			};
			byKey.set(samples.labels.key, samples);
		}
		this.#series = [...byKey.values()];
	}

	*select(matchers: readonly Matcher[], from: number, to: number): Work<SeriesSamples[]> {
		const tests = matchers.map((matcher) => {
			const compiled = matcherOf(matcher);
			if ("wrong" in compiled) throw new Error(compiled.wrong);
			return (labels: Labels) => compiled.matches(labels.get(matcher.name));
		});
		const found: SeriesSamples[] = [];
		for (const { labels, times, values, stale, length } of this.#series) {
			if (!tests.every((matches) => matches(labels))) continue;
			const first = times.findIndex((time) => time > from);
			const end = times.findLastIndex((time) => time <= to) + 1;
			if (length === 0 || first < 0 || end <= first) continue;
			const part = (array: Float64Array) => array.slice(first, end);
			found.push({ labels, times: part(times), values: part(values), stale: (stale as Uint8Array).slice(first, end), length: end - first });
			this.samples += end - first;
		}
		return found;
	}
}

function asked(query: string, when: When, drawn: Drawn, options: Options): Answer | QueryError {
	try {
		return wholly(evaluate(query, when, new Source(drawn), options));
	} catch (error) {
		if (error instanceof QueryError && error.name === "QueryError") return error;
		throw error;
	}
}

/** Values by series at one instant. */
function valuesAt(answer: Answer, time: number): Map<string, number> {
	const values = new Map<string, number>();
	if (answer.type === "vector") for (const { labels, value } of answer.samples) values.set(labels.key, value);
	else if (answer.type === "scalar") values.set("", answer.value);
	else if (answer.type === "matrix") {
		for (const { labels, times, values: own } of answer.series) {
			const i = times.indexOf(time);
			if (i >= 0) values.set(labels.key, own[i] as number);
		}
	}
	return values;
}

function expectSame(one: Map<string, number>, other: Map<string, number>): void {
	expect([...one.keys()].sort()).toEqual([...other.keys()].sort());
	for (const [key, value] of one) {
		const wanted = other.get(key) as number;
		if (Number.isFinite(wanted) && Number.isFinite(value)) {
			// The order in which values are summed differs.
			expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
		} else expect(value).toEqual(wanted);
	}
}

const OPTIONS: Options[] = [EXPERIMENTAL, { ...STOCK, syntax: FULL_SYNTAX }];
const RANGE = { start: 100_000, end: 400_000, step: 50_000 };

describe("of random queries over random series", () => {
	test("a range query is the instants of its steps one by one", () => {
		let answered = 0;
		fc.assert(
			fc.property(randomQuery, randomSeries, fc.constantFrom(...OPTIONS), (query, drawn, options) => {
				const range = asked(query, RANGE, drawn, options);
				const instants: (Answer | QueryError)[] = [];
				for (let time = RANGE.start; time <= RANGE.end; time += RANGE.step) instants.push(asked(query, { time }, drawn, options));
				// Some faults of a range are of none of its instants: two series of one name at different steps.
				if (range instanceof QueryError) return;
				for (const [i, instant] of instants.entries()) {
					if (instant instanceof QueryError) throw new Error(`an instant of it has no answer: ${instant.message}`);
					expectSame(
						valuesAt(range, RANGE.start + i * RANGE.step),
						valuesAt(instant, instant.type === "matrix" ? 0 : RANGE.start + i * RANGE.step),
					);
				}
				if (range.type === "matrix" && range.series.length > 0) answered++;
			}),
			{ numRuns: 120 },
		);
		expect(answered).toBeGreaterThan(15);
	});

	test("a query past a limit is refused by name; one within it has the same answer", () => {
		let refused = 0;
		const limits = fc.record({
			samples: fc.integer({ min: 0, max: 400 }),
			series: fc.integer({ min: 0, max: 8 }),
			steps: fc.integer({ min: 1, max: 8 }),
			values: fc.integer({ min: 0, max: 300 }),
		});
		fc.assert(
			fc.property(randomQuery, randomSeries, limits, (query, drawn, bounds) => {
				const free = asked(query, RANGE, drawn, EXPERIMENTAL);
				const source = new Source(drawn);
				try {
					const answer = wholly(evaluate(query, RANGE, source, { ...EXPERIMENTAL, limits: bounds }));
					expect(answer).toEqual(free);
					expect(source.samples).toBeLessThanOrEqual(bounds.samples);
				} catch (error) {
					if (error instanceof QueryLimit) refused++;
					else if (!(error instanceof QueryError)) throw error;
				}
			}),
			{ numRuns: 300 },
		);
		expect(refused).toBeGreaterThan(40);
	});
});
