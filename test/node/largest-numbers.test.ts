/** Any finite double, the largest of both signs and the least beside them: evaluated, kept, drawn and written at once, and never as nothing. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeValue, encodeValue } from "../../colony-bridge/protocol/query/cells.ts";
import { histogramQuantile, quantile } from "../../colony-bridge/protocol/query/quantile.ts";
import { Fold } from "../../colony-bridge/protocol/query/query.ts";
import type { Metrics } from "../../colony-bridge/protocol/query/view.ts";
import { Aggregation } from "../../colony-bridge/protocol/wire/measure.ts";
import { History } from "../../durable/history/history.ts";
import { Sums } from "../../durable/history/query/aggregation.ts";
import { coarsen, rollUp } from "../../durable/history/tiers/compaction.ts";
import { wholly } from "../../durable/work/work.ts";
import { type ChartKind, type ChartModel, chartModels, type Line } from "../../web/chart/model.ts";
import { sparkPath, svgPath } from "../../web/chart/path.ts";
import { pickLines } from "../../web/chart/pick.ts";
import { heightOf, pictureOf, traceFill, traceStroke } from "../../web/chart/picture.ts";
import { scaleOf, valueAxis } from "../../web/chart/scale.ts";
import { scaleFor, stepOf, stepStart } from "../../web/comb/cell-status.ts";
import { lineValues } from "../../web/explorer/graphs.ts";
import { count, mark, OUT_OF_RANGE, quantity } from "../../web/format/number.ts";
import { formatNumber } from "../../web/format/python.ts";
import { readingOf } from "../../web/widgets/gauge/arc.ts";
import { readingOf as metricReading } from "../../web/widgets/metric/reading.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";

const MOST = Number.MAX_VALUE;
const extreme = fc.constantFrom(MOST, -MOST, 1.797e308, -1.797e308, 9e307, -9e307, 5e-324, -5e-324, 2.3e-308, 0, -0, 1, 1e15, 1e300);
const double = fc.oneof(
	extreme,
	fc.double({ noNaN: true, noDefaultInfinity: true }),
	fc.double({ min: 299.999, max: 300.001, noNaN: true }),
);
const column = fc.array(fc.option(double, { freq: 6 }), { minLength: 1, maxLength: 40 });
const unit = fc.constantFrom(
	undefined,
	"celsius",
	"kelvin",
	"percent",
	"ratio",
	"bytes",
	"minutes",
	"seconds/s",
	"tasks",
	"a unit of its own",
);

describe("drawn", () => {
	test("a scale has a few marks that differ, and holds what is on it", () => {
		fc.assert(
			fc.property(column, unit, (values, unit) => {
				const scale = scaleOf([values], unit);
				const { min, max, ticks } = scale;
				expect(Number.isFinite(min) && Number.isFinite(max) && max > min).toBe(true);
				expect(ticks.length).toBeLessThanOrEqual(12);
				const labels = valueAxis(scale, unit).labels.filter((label) => label !== OUT_OF_RANGE);
				expect(new Set(labels).size, labels.join()).toBe(labels.length);
				for (const label of labels) expect(label.length, label).toBeLessThanOrEqual(13);
				for (const value of values) {
					if (value === null) continue;
					expect(heightOf(scale, value)).toBeGreaterThanOrEqual(-1e-6);
					expect(heightOf(scale, value)).toBeLessThanOrEqual(1 + 1e-6);
				}
			}),
			{
				numRuns: 2000,
				examples: [
					[[MOST], undefined],
					[[MOST, -MOST], undefined],
					[[1.797e308], "celsius"],
					[[-MOST, 5e-324], "kelvin"],
					[[-MOST, -1.797e308], "celsius"],
				],
			},
		);
	});

	test("a picture's paths have numbers only", () => {
		const lines = fc.array(column, { minLength: 1, maxLength: 12 });
		fc.assert(
			fc.property(lines, fc.constantFrom<ChartKind>("line", "area", "bar"), unit, column, (columns, kind, unit, limits) => {
				const length = Math.max(...columns.map(({ length }) => length));
				const all = columns.map((values, i): Line => ({ key: `${i}`, name: `${i}`, metric: "m", values }));
				const model: ChartModel = { start: 0, step: 1000, length, unit, lines: all, left: 0 };
				const known = limits.filter((value) => value !== null);
				for (const by of ["highest", "lowest", "varying"] as const) {
					const picture = pictureOf(kind, model, pickLines(all, by), new Set(), known);
					for (const layer of picture.layers) {
						for (const trace of [traceStroke, traceFill]) {
							expect(svgPath((pen) => trace(picture, layer, pen))).toMatch(/^[MVhlz0-9 .-]*$/);
						}
						for (const level of layer.levels) expect(level === null || (level >= 0 && level <= 1)).toBe(true);
					}
				}
			}),
			{ numRuns: 300 },
		);
	});

	test("sparklines, gauges and the comb's scale", () => {
		fc.assert(
			fc.property(column, double, double, double, unit, (values, value, a, b, unit) => {
				const [minValue, maxValue] = [Math.min(a, b), Math.max(a, b)];
				expect(sparkPath(values, minValue, maxValue)).toMatch(/^[Ml0-9 -.]*$/);
				const { share } = readingOf(value, { minValue, maxValue, thresholds: { green: a, red: value } });
				expect(share >= 0 && share <= 1).toBe(true);
				const cells = Float32Array.from(values, (each) => decodeValue(encodeValue(each ?? undefined), 0));
				const scale = scaleFor(cells, unit);
				expect(Number.isFinite(scale.low) && Number.isFinite(scale.high)).toBe(true);
				for (const cell of cells) expect(stepOf(cell, scale)).toBeLessThanOrEqual(5);
				for (const step of [0, 1, 2, 3, 4]) expect(stepStart(scale, step)).not.toMatch(/NaN|Infinity/);
			}),
		);
	});
});

describe("written", () => {
	test("the largest double and what is past it: out of range, with every unit", () => {
		for (const value of [MOST, -MOST, Number.POSITIVE_INFINITY]) {
			for (const unit of ["", "percent", "bytes", "ratio", "tasks/s"]) expect(quantity(value, unit)).toBe(OUT_OF_RANGE);
			expect(count(value)).toBe(OUT_OF_RANGE);
		}
		// A share of it is past the range of what can be written.
		expect(quantity(1.797e308, "ratio")).toBe(OUT_OF_RANGE);
		expect(quantity(1.797e308)).toBe("1.80e308");
		expect(mark(5e307)).toBe("5e307");
		expect(formatNumber("{value:.1%}", 1.797e308)).toBe("inf%");
	});

	test("no number is written without end, or as none", () => {
		fc.assert(
			fc.property(double, unit, (value, unit) => {
				for (const text of [quantity(value, unit), mark(value, unit), count(value)]) {
					expect(text.length).toBeLessThan(40);
					expect(text).not.toMatch(/NaN|Infinity|undefined/);
				}
			}),
		);
	});

	test("averages and differences of what is drawn", () => {
		const answer: Metrics = {
			kind: "metrics",
			start: 0,
			step: 1000,
			length: 3,
			series: [{ key: "a", name: "a", type: "gauge", aggregation: "avg", values: [MOST / 2, MOST / 2, MOST / 2] }],
			unknown: [],
			omitted: 0,
		};
		expect(lineValues([{ query: { text: "a", draw: "line", graph: "graph.1" }, answer }]).get("a")?.average).toBeLessThan(MOST);
		const both = {
			...answer,
			series: [{ key: "a", name: "a", type: "gauge" as const, aggregation: "avg" as const, values: [-MOST, 0, MOST] }],
		};
		expect(quantity(metricReading(both)?.change?.by ?? 0)).toBe(OUT_OF_RANGE);
	});
});

describe("evaluated", () => {
	test("a mean lies between the least and the greatest, whatever the sum", () => {
		fc.assert(
			fc.property(fc.array(double, { minLength: 1, maxLength: 50 }), (values) => {
				const sums = new Sums(1);
				for (const value of values) sums.add(0, value);
				const slack = Math.max(...values.map(Math.abs)) * 1e-12 + 1e-320;
				expect(sums.mean(0, values.length)).toBeGreaterThanOrEqual(Math.min(...values) - slack);
				expect(sums.mean(0, values.length)).toBeLessThanOrEqual(Math.max(...values) + slack);
				const plain = values.reduce((a, b) => a + b, 0);
				if (Number.isFinite(plain)) expect(sums.sum(0)).toBe(plain);
			}),
		);
		const sums = new Sums(1);
		for (const value of [MOST, MOST, -MOST, -MOST]) sums.add(0, value);
		expect(sums.sum(0)).toBe(0);
	});

	test("quantiles lie between the least and the greatest", () => {
		fc.assert(
			fc.property(fc.array(double, { minLength: 1, maxLength: 30 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
				const [least, greatest] = [Math.min(...values), Math.max(...values)];
				const of = quantile([...values], q);
				expect(of >= least - Math.abs(least) * 1e-12 && of <= greatest + Math.abs(greatest) * 1e-12).toBe(true);
				const bounds = [...new Set(values)].sort((a, b) => a - b);
				const counts = bounds.map((_, i) => (MOST / 2 / bounds.length) * (i + 1));
				expect(Number.isFinite(histogramQuantile(bounds, counts, q))).toBe(true);
			}),
		);
	});

	test("every way to read a gauge and a counter has finite numbers, from samples as from buckets, and JSON keeps them", () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(double, double), { minLength: 2, maxLength: 60 }), (pushes) => {
				const history = new History(openNodeSql(":memory:"));
				const begin = Date.UTC(2026, 0, 15, 10);
				const numbers = (["gauge", "counter"] as const).flatMap((type) =>
					["a", "b"].map((worker) => history.define({ name: `of_${type}`, labels: { worker }, type })),
				);
				for (const [i, [a, b]] of pushes.entries()) {
					history.append(begin + i * 30_000, numbers, [a, b, Math.abs(a), Math.abs(b)]);
					history.commit(i + 1);
				}
				for (const aggregation of [undefined, ...Aggregation.options]) {
					for (const fold of [undefined, ...Fold.options]) {
						const query = { kind: "metrics" as const, selectors: ["of_gauge", "of_counter"], range: "1h", points: 30, aggregation, fold };
						const answer = wholly(history.metrics(query, begin + pushes.length * 30_000));
						expect(JSON.parse(JSON.stringify(answer))).toEqual(JSON.parse(JSON.stringify(answer), (_, value) => value));
						for (const { values, key } of answer.series) {
							const known = values.filter((value) => value !== null);
							if (aggregation !== "rate" && !(aggregation === undefined && key.startsWith("of_counter")))
								expect(known.length, `${key} ${aggregation} ${fold}`).toBeGreaterThan(0);
							expect(known.every(Number.isFinite)).toBe(true);
						}
						for (const model of chartModels(answer))
							expect(pictureOf("line", model, model.lines).scale.ticks.length).toBeLessThanOrEqual(12);
						const samples = wholly(
							history.samples({ kind: "samples", selectors: ["of_gauge"], range: "1h", points: 100, fold, aggregation }),
						);
						for (const { values } of samples.series) expect(values.every(Number.isFinite)).toBe(true);
					}
				}
			}),
			{ numRuns: 15 },
		);
	});

	test("a sum of the largest reads out of range, their mean as it is", () => {
		const history = new History(openNodeSql(":memory:"));
		const begin = Date.UTC(2026, 0, 15, 10);
		const numbers = ["a", "b"].map((worker) => history.define({ name: "large", labels: { worker }, type: "gauge" }));
		history.append(begin, numbers, [1.7e308, 1.7e308]);
		const newest = (fold: "sum" | "avg") =>
			wholly(history.metrics({ kind: "metrics", selectors: ["large"], range: "5m", points: 10, fold }, begin)).series[0]?.values.at(-1);
		expect(quantity(newest("sum") ?? 0)).toBe(OUT_OF_RANGE);
		expect(newest("avg")).toBe(1.7e308);
	});

	test("a rollup of the largest has their least and greatest, and no bucket is without a number", () => {
		const run = { base: 0, offsets: Uint32Array.of(1, 2, 61_000), values: Float64Array.of(MOST, MOST, -MOST), length: 3 };
		const minutes = rollUp(run, 60_000, true, undefined);
		const ten = coarsen([minutes], 600_000);
		expect([ten.min[0], ten.max[0], ten.last[0], ten.count[0]]).toEqual([-MOST, MOST, -MOST, 3]);
	});
});
