/** Charts as data: axes, paths, models and uPlot's options, without a document. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Metrics } from "../../colony-bridge/protocol/view.ts";
import { chartModels, inWords, MOST_LINES } from "../../web/chart/model.ts";
import { chartData, chartOptions, shapeOf } from "../../web/chart/options.ts";
import { areaPath, barPath, linePath, SPARK_HEIGHT, sparkPath } from "../../web/chart/path.ts";
import { scaleOf, timeTicks } from "../../web/chart/scale.ts";

const values = fc.array(fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true })), { maxLength: 60 });

describe("the vertical axis", () => {
	test("holds all there is, zero too, between its first and last mark", () => {
		fc.assert(
			fc.property(values, (column) => {
				const { min, max, ticks } = scaleOf([column], undefined);
				const slack = (max - min) * 1e-6;
				expect(max).toBeGreaterThan(min);
				expect(ticks.length).toBeLessThanOrEqual(12);
				for (const value of column) if (value !== null) expect(value >= min - slack && value <= max + slack).toBe(true);
				expect(min <= 0 && max >= 0).toBe(true);
				for (const tick of ticks) expect(tick >= min - slack && tick <= max + slack).toBe(true);
			}),
			{ numRuns: 1000, examples: [[[-2.5e-323]], [[5e-324]], [[-2.5e-323, 5e-324]]] },
		);
	});

	test("a temperature's need not begin at zero", () => {
		expect(scaleOf([[35, 36]], "celsius").min).toBeGreaterThan(30);
		expect(scaleOf([[35, 36]], "percent").min).toBe(0);
	});

	test("nothing known: an axis without marks", () => {
		expect(scaleOf([[null, null], []], "percent")).toEqual({ min: 0, max: 1, ticks: [] });
	});
});

test("the time axis ends now and has few marks", () => {
	fc.assert(
		fc.property(fc.integer({ min: 1000, max: 400 * 86_400_000 }), (span) => {
			const ticks = timeTicks(span);
			expect(ticks.at(-1)).toEqual({ share: 1, before: 0 });
			expect(ticks.length).toBeLessThanOrEqual(5);
			for (const { share } of ticks) expect(share).toBeGreaterThan(-0.01);
		}),
	);
});

describe("paths", () => {
	const box = { width: 100, height: 10, min: 0, max: 10 };
	test("a hole in the data is a hole in the line", () => {
		expect(linePath([0, 10, null, 5, null, null, 10], box)).toBe("M0 10L16.7 0M50 5h.1M100 0h.1");
		expect(areaPath([0, 10, null], box)).toBe("M0 10L0 10L50 0V10z");
		expect(sparkPath([0, 5, 10, null, 10], 0, 10)).toBe(`M0 ${SPARK_HEIGHT}l1-20 1-20M4 0h.2`);
		expect(barPath([10, null], box, 0, 1)).toMatch(/^M5 10V0h40V10z$/);
	});

	test("whatever the numbers, a path has numbers only", () => {
		fc.assert(
			fc.property(values, (column) => {
				for (const path of [linePath(column, box), areaPath(column, box), sparkPath(column, -5, 5), barPath(column, box, 1, 3)]) {
					expect(path).toMatch(/^[MLVhlz0-9 .\-e]*$/);
				}
			}),
		);
	});
});

function metrics(series: [name: string, unit: string | undefined, values: (number | null)[]][], left = 0): Metrics {
	return {
		kind: "metrics",
		start: 1000,
		step: 5000,
		length: series[0]?.[2].length ?? 0,
		series: series.map(([name, unit, values]) => ({ key: name, name, type: "gauge", ...(unit && { unit }), values })),
		unknown: [],
		left,
	};
}

describe("models", () => {
	test("numbers of different units share no axis", () => {
		const models = chartModels(
			metrics([
				["a", "percent", [1]],
				["b", "bytes", [2]],
				["c", "percent", [3]],
			]),
		);
		expect(models.map(({ unit, lines }) => [unit, lines.map(({ name }) => name)])).toEqual([
			["percent", ["a", "c"]],
			["bytes", ["b"]],
		]);
	});

	test("more lines than colours: the greatest are drawn, the others are counted", () => {
		const [model] = chartModels(
			metrics(
				Array.from({ length: 20 }, (_, i) => [`s${i}`, undefined, [i]]),
				3,
			),
		);
		expect(model?.lines.map(({ name }) => name)).toEqual(["s19", "s18", "s17", "s16", "s15", "s14", "s13", "s12"]);
		expect(model?.lines.length).toBe(MOST_LINES);
		expect(model?.left).toBe(15);
	});

	test("a young colony's chart begins where its numbers do, with a dozen columns at least", () => {
		const young = (known: number) =>
			chartModels(metrics([["a", undefined, [...Array(100 - known).fill(null), ...Array(known).fill(1)]]]))[0];
		expect(young(3)?.length).toBe(13);
		expect(young(50)).toMatchObject({ length: 51, start: 1000 + 49 * 5000 });
		expect(young(100)).toMatchObject({ length: 100, start: 1000 });
	});

	test("in words: newest, lowest, highest, or that there is none", () => {
		const [model] = chartModels(
			metrics([
				["a", "percent", [1, 9, 5]],
				["b", "percent", [null, null, null]],
			]),
		);
		expect(model && inWords(model).replaceAll("\u00a0", " ")).toBe(
			"a: newest 5.0 %, lowest 1.0 %, highest 9.0 %. b: no value in this time.",
		);
	});
});

describe("uPlot's options", () => {
	const [model] = chartModels(
		metrics([
			["a", "percent", [1, null, 3]],
			["b", "percent", [4, 5, 6]],
		]),
	);
	if (!model) throw new Error("no model");
	const options = (kind: "line" | "area" | "bar") =>
		chartOptions({
			kind,
			model,
			colours: { grid: "#111111", text: "#222222", lines: ["#333333", "#444444"], font: "sans", rem: 16 },
			size: { width: 300, height: 200 },
			scale: () => ({ min: 0, max: 10, ticks: [0, 5, 10] }),
			bars: () => () => null,
			onCursor: () => {},
		});

	test("data is aligned, in ms, with null for a gap", () => {
		expect(chartData(model)).toEqual([
			[1000, 6000, 11_000],
			[1, null, 3],
			[4, 5, 6],
		]);
	});

	test("a line has dashes from the second on, an area is filled, a bar has its builder", () => {
		expect(options("line").series.map(({ dash }) => dash)).toEqual([undefined, [], [6, 3]]);
		expect(options("area").series[1]).toMatchObject({ stroke: "#333333", fill: "#3333332b" });
		expect(options("bar").series[2]).toMatchObject({ fill: "#444444", paths: expect.any(Function) });
	});

	test("new data is the same shape; another kind, unit or line is not", () => {
		const later = { ...model, start: model.start + model.step };
		expect(shapeOf("line", later)).toBe(shapeOf("line", model));
		expect(shapeOf("area", model)).not.toBe(shapeOf("line", model));
		expect(shapeOf("line", { ...model, unit: "bytes" })).not.toBe(shapeOf("line", model));
		expect(shapeOf("line", { ...model, lines: model.lines.slice(1) })).not.toBe(shapeOf("line", model));
	});
});
