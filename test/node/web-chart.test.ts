/** Charts as data: axes, paths, models, what is picked and how it is stacked, without a document. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Metrics } from "../../colony-bridge/protocol/query/view.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import {
	type ChartKind,
	type ChartModel,
	chartModels,
	columnAt,
	endOf,
	instantOf,
	type Line,
	modelSince,
	named,
	shareOfColumn,
	shareOfInstant,
	staleFor,
	untilNow,
} from "../../web/chart/model.ts";
import { CHART_HEIGHT, SPARK_HEIGHT, sparkPath, svgPath } from "../../web/chart/path.ts";
import { MOST_LINES, pickLines } from "../../web/chart/pick.ts";
import { heightOf, pictureOf, traceFill, traceStroke } from "../../web/chart/picture.ts";
import { levelsOf, scaleOf, valueAxis } from "../../web/chart/scale.ts";
import { clockTicks, ROOMS } from "../../web/chart/time-axis.ts";
import { type Pen, traceArea, traceBars, traceLine } from "../../web/chart/trace.ts";
import { quantity } from "../../web/format/number.ts";
import { beginOf } from "../../web/page/begin.ts";
import { drawingsOf as streamDrawings } from "../../web/pages/stream/drawings.ts";
import { drawingsOf as workerDrawings } from "../../web/pages/worker/drawings.ts";

const values = fc.array(fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true })), { maxLength: 60 });
const spaced = (text: string) => text.replaceAll(" ", "\u00a0");

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

	test("a word stands once beside the axis, a unit that scales at each mark", () => {
		expect(valueAxis(scaleOf([[0, 3]], "tasks"), "tasks")).toEqual({ labels: ["0", "1", "2", "3"], unit: "tasks" });
		expect(valueAxis(scaleOf([[0, 1000]], "megabytes"), "megabytes")).toEqual({
			labels: ["0 GB", "0.25 GB", "0.5 GB", "0.75 GB", "1 GB"].map(spaced),
		});
		expect(valueAxis(scaleOf([[0, 40_000]], "records/s"), "records/s")).toEqual({
			labels: ["0", "10k", "20k", "30k", "40k"],
			unit: "records/s",
		});
	});

	test("no label is too long for its place, whatever the numbers and the unit", () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.double({ noNaN: true, min: -1e15, max: 1e15 }).map((value) => (Math.abs(value) < 1e-9 ? 0 : value)),
					{ minLength: 1, maxLength: 5 },
				),
				fc.constantFrom(undefined, "bytes", "seconds", "percent", "ratio", "celsius", "bytes/s", "records/s", "a unit nobody has heard of"),
				(column, unit) => {
					for (const label of valueAxis(scaleOf([column], unit), unit).labels) expect(label.length, label).toBeLessThanOrEqual(11);
				},
			),
			{
				examples: [
					[[-8e-5, 0], "celsius"],
					[[-8e-5, 0], "bytes/s"],
					[[-5.835e-11, -5.837e-11], "celsius"],
				],
			},
		);
	});
});

describe("an axis of time", () => {
	test.each([
		["seconds", 800, ["0 min", "5 min", "10 min", "15 min"]],
		["seconds", 90, ["0 s", "30 s", "60 s", "90 s"]],
		["minutes", 95, ["0 min", "30 min", "60 min", "90 min", "120 min"]],
		["seconds", 200_000, ["0 h", "15 h", "30 h", "45 h", "60 h"]],
		["milliseconds", 1200, ["0 ms", "500 ms", "1,000 ms", "1,500 ms"]],
		["seconds ago", 400, ["0 min", "2 min", "4 min", "6 min", "8 min"]],
	])("%s up to %d has steps that people count time in", (unit, most, labels) => {
		expect(valueAxis(scaleOf([[0, most]], unit), unit).labels).toEqual(labels.map(spaced));
	});
});

describe("the time axis", () => {
	test("has three marks at least and few at most, at round times, each with words of its own", () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 3000, max: 400 * 86_400_000 }),
				fc.integer({ min: 0, max: 86_400_000 }),
				fc.constantFrom(-9.5, -3, 0, 5.75, 13),
				(span, after, hours) => {
					const end = Date.UTC(2026, 10, 25) + after;
					const ahead = hours * 3_600_000;
					const ticks = clockTicks(span, end, () => ahead);
					expect(ticks.length).toBeGreaterThanOrEqual(3);
					expect(ticks.length).toBeLessThanOrEqual(9);
					expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
					const instants = ticks.map(({ share }) => Math.round(end - (1 - share) * span + ahead));
					const step = (instants[1] ?? 0) - (instants[0] ?? 0);
					for (const [i, at] of instants.entries()) {
						expect(at % step).toBe(0);
						if (i > 0) expect(at - (instants[i - 1] ?? 0)).toBe(step);
					}
					// Every second one goes where there is no room, which is 0.4 rem a character and a gap.
					const seconds = ticks.map(({ room }) => room);
					expect(seconds.every((room, i) => i === 0 || (room === undefined) !== (seconds[i - 1] === undefined))).toBe(true);
					for (const room of seconds) {
						if (room === undefined) continue;
						const apart = ((room - 5.25) * step) / span;
						const longest = Math.max(...ticks.map(({ label }) => label.length));
						expect(room === 48 || apart > longest * 0.4 + 0.5).toBe(true);
					}
				},
			),
		);
	});

	test("each width has its rule", () => {
		const css = readFileSync(new URL("../../web/chart/plot.css", import.meta.url), "utf8");
		const rules = css.matchAll(/@container \(width < (\d+)rem\) \{\s*\.plot-x \.room-(\d+) \{\s*display: none/g);
		expect(Array.from(rules, ([, ...widths]) => widths.map(Number))).toEqual(ROOMS.map((room) => [room, room]));
	});

	test("tells the reader's clock, also where that is put forward or back", () => {
		const labels = (...of: Parameters<typeof clockTicks>) => clockTicks(...of).map(({ label }) => label);
		const end = Date.UTC(2026, 10, 25, 0, 4);
		expect(labels(3_600_000, end, () => 0)).toEqual(["23:15", "23:30", "23:45", spaced("25 Nov")]);
		expect(labels(3_600_000, end, () => 5.5 * 3_600_000)).toEqual(["04:45", "05:00", "05:15", "05:30"]);
		expect(labels(900_000, end, () => 0)).toEqual(["23:50", "23:55", spaced("25 Nov")]);
		// Two days: noon comes twice.
		expect(labels(2 * 86_400_000, end + 43_200_000, () => 0)).toEqual(["24 Nov", "12:00", "25 Nov", "25 Nov 12:00"].map(spaced));
		expect(labels(60_000, end, () => 0)).toEqual(["00:03:00", "00:03:15", "00:03:30", "00:03:45", "00:04:00"]);
		// In Berlin the clock goes from 3:00 back to 2:00 at 1:00 UTC, and in spring forward.
		const autumn = Date.UTC(2026, 9, 25, 1);
		const back = labels(8 * 3_600_000, autumn + 4.5 * 3_600_000, (at) => (at < autumn ? 2 : 1) * 3_600_000);
		expect(back).toEqual(["25 Oct", "02:00", "02:00 UTC+1", "04:00", "06:00"].map(spaced));
		const spring = Date.UTC(2026, 2, 29, 1);
		const forward = labels(8 * 3_600_000, spring + 4.5 * 3_600_000, (at) => (at < spring ? 1 : 2) * 3_600_000);
		expect(forward).toEqual([spaced("29 Mar"), "04:00", "06:00"]);
	});

	test("a chart whose last step is not over ends at the present, where its newest value is", () => {
		const line = { key: "a", name: "a", values: [1, 2, 3, 4] };
		const whole: ChartModel = { start: 0, step: 3_600_000, length: 4, unit: undefined, lines: [line], left: 0 };
		const now = 2.25 * 3_600_000;
		const model = untilNow(whole, now);
		expect([endOf(model), instantOf(model, 3), instantOf(model, 2)]).toEqual([now, now, 7_200_000]);
		expect(untilNow(whole, 3 * 3_600_000)).toBe(whole);
		// Behind the clock of its cluster it does not go back to the step before.
		expect(endOf(untilNow(whole, 0))).toBe(7_200_001);
		for (const kind of ["line", "area", "bar"] as const) {
			expect(shareOfInstant(kind, model, now)).toBe(1);
			expect(columnAt(kind, model, now)).toBe(3);
			const picture = pictureOf(kind, model, model.lines);
			expect(picture.span).toBe(kind === "bar" ? 3.25 * 3_600_000 : now);
			let right = 0;
			const pen = {
				move: (x: number) => (right = Math.max(right, x)),
				line: (x: number) => (right = Math.max(right, x)),
				close: () => {},
				box: (x: number, _: number, width: number) => (right = Math.max(right, x + width)),
			};
			for (const layer of picture.layers) for (const trace of [traceStroke, traceFill]) trace(picture, layer, pen);
			// A bar leaves a tenth of its step on either side.
			expect(right).toBeCloseTo(picture.left + picture.width - (kind === "bar" ? 0.025 : 0), 9);
		}
	});

	test("an instant and its column lie at the same place", () => {
		fc.assert(
			fc.property(
				fc.constantFrom<ChartKind>("line", "area", "bar"),
				fc.integer({ min: 2, max: 300 }),
				fc.integer({ min: 1, max: 3_600_000 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(kind, length, step, where, over) => {
					const whole: ChartModel = { start: 1e12, step, length, unit: undefined, lines: [], left: 0 };
					const model = untilNow(whole, endOf(whole) - Math.floor(over * step));
					const index = Math.round(where * (length - 1));
					expect(columnAt(kind, model, instantOf(model, index))).toBe(index);
					// A bar lies before its instant.
					const middle = kind === "bar" ? (instantOf(model, index) + model.start + (index - 1) * step) / 2 : instantOf(model, index);
					expect(shareOfInstant(kind, model, middle)).toBeCloseTo(shareOfColumn(kind, model, index), 9);
				},
			),
		);
	});
});

describe("paths", () => {
	/** Numbers of a scale from 0 to 10, as levels. */
	const levels = (...column: (number | null)[]) => levelsOf(column, { min: 0, max: 10 });
	const path = (trace: (pen: Pen) => void) => svgPath(trace, 10);

	test("a hole in the data is a hole in the line, and a value alone a short stroke", () => {
		expect(path((pen) => traceLine(levels(0, 10, null, 5, null, null, 10, 9, 9), pen))).toBe("M0 10l1-10M2.9 5l0.2 0M6 0l1 1 1 0");
		expect(path((pen) => traceArea(levels(0, 10, null, 5), 0, pen))).toBe("M0 10l1-10 0 10-1 0zM3 5l0 5 0 0z");
		expect(path((pen) => traceArea(levels(5, 10), levels(2, 3), pen))).toBe("M0 5l1-5 0 7-1 1z");
		expect(path((pen) => traceBars(levels(10, null), 0, 1, 2, pen))).toBe("M0.5 10V0h0.4V10z");
		expect(sparkPath([0, 5, 10, null, 10], 0, 10)).toBe(`M0 ${SPARK_HEIGHT}l1-20 1-20M3.9 0l0.2 0`);
	});

	test("whatever the numbers, a path has numbers only", () => {
		fc.assert(
			fc.property(values, (column) => {
				const drawn = levelsOf(column, { min: 0, max: 10 });
				const traces = [
					(pen: Pen) => traceLine(drawn, pen),
					(pen: Pen) => traceArea(drawn, drawn, pen),
					(pen: Pen) => traceBars(drawn, 0, 1, 3, pen),
				];
				for (const written of [...traces.map((trace) => svgPath(trace)), sparkPath(column, -5, 5)])
					expect(written).toMatch(/^[MVhlz0-9 .-]*$/);
			}),
		);
	});

	/** Points of a line's path, as the browser would have them; of a value alone its middle. */
	function pointsOf(path: string): [number, number][] {
		return path
			.split("M")
			.slice(1)
			.flatMap((run) => {
				const numbers = (run.match(/-?[\d.]+/g) ?? []).map(Number);
				const points: [number, number][] = [];
				let [x, y] = [0, 0];
				for (let i = 0; i < numbers.length; i += 2) {
					x += numbers[i] as number;
					y += numbers[i + 1] as number;
					points.push([x, y]);
				}
				return run.includes("l0.2 0") ? [[Math.round(x), y] as [number, number]] : points;
			});
	}

	test("its points are the values, to a step, and none where there is none", () => {
		fc.assert(
			fc.property(fc.array(fc.option(fc.double({ min: -50, max: 150, noNaN: true })), { maxLength: 60 }), (column) => {
				const points = new Map(pointsOf(svgPath((pen) => traceLine(levelsOf(column, { min: 0, max: 100 }), pen))));
				for (const [i, value] of column.entries()) {
					if (value === null) expect(points.has(i)).toBe(false);
					else
						expect(Math.abs((points.get(i) as number) - (1 - Math.min(100, Math.max(0, value)) / 100) * CHART_HEIGHT)).toBeLessThanOrEqual(
							0.5001,
						);
				}
			}),
		);
	});
});

function metrics(series: [name: string, unit: string | undefined, values: (number | null)[]][], omitted = 0): Metrics {
	return {
		kind: "metrics",
		start: 1000,
		step: 5000,
		length: series[0]?.[2].length ?? 0,
		series: series.map(([name, unit, values]) => ({ key: name, name, type: "gauge", aggregation: "avg", ...(unit && { unit }), values })),
		unknown: [],
		omitted,
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

	test("lines are named by what they are made of: a fold and a rate are told, several series by what differs", () => {
		const column = (key: string, more: object) => ({
			key,
			name: "m_total",
			type: "counter" as const,
			aggregation: "rate" as const,
			values: [1],
			...more,
		});
		const names = (...series: Metrics["series"]) => chartModels({ ...metrics([]), length: 1, series })[0];
		const folded = (fold: "sum" | "avg", series: number) => ({ across: { fold, series, labels: [] } });
		expect(names(column("m_total", folded("sum", 10)))?.lines[0]?.name).toBe("m_total, sum of 10, per second");
		expect(names(column("m_total", { ...folded("avg", 8), aggregation: "avg" }))?.lines[0]?.name).toBe("m_total, mean of 8");
		expect(names(column("m_total", { ...folded("sum", 1), aggregation: "avg" }))?.lines[0]?.name).toBe("m_total");
		const two = names(...["a", "b"].map((job) => column(`m_total{job="${job}"}`, { labels: { job } })));
		expect([two?.lines.map(({ name }) => name), two?.read, two?.unit]).toEqual([["a", "b"], "each per second · by job", "/s"]);
		// Labels that all share are said once; of several that differ each has its name.
		const more = names(...["a", "b"].map((job) => column(`m_total{job="${job}"}`, { labels: { job, instance: `${job}1`, zone: "eu" } })));
		expect([more?.lines.map(({ name }) => name), more?.read]).toEqual([
			["job=a instance=a1", "job=b instance=b1"],
			"each per second · zone=eu",
		]);
		const up = names({ ...column("up", { ...folded("sum", 3), aggregation: "avg" }), name: "up" });
		expect(quantity(2, up?.unit)).toBe(spaced("2 of 3"));
	});

	test("a page that names its lines says nothing twice", () => {
		const column = (name: string, labels: Record<string, string>) => ({
			key: seriesKey(name, labels),
			name,
			labels,
			type: "counter" as const,
			aggregation: "rate" as const,
			values: [1],
		});
		const answer = (...series: Metrics["series"]): Metrics => ({ ...metrics([]), length: 1, series });
		const across = { fold: "sum" as const, series: 8, labels: [] };
		const [sum] = chartModels(answer({ ...column("tasks_completed", {}), across }, { ...column("tasks_failed", {}), across }));
		const words = named(sum as ChartModel, ({ metric }) => (metric === "tasks_completed" ? "completed" : undefined));
		expect([words.lines.map(({ name }) => name), words.read]).toEqual([["completed", "tasks_failed, sum of 8, per second"], ""]);
		const legends = (drawn: Map<string, { model: ChartModel }>) =>
			Array.from(drawn.values(), ({ model: { lines, unit, read } }) => [lines.map(({ name }) => name), unit, read]);
		const ofWorker = ["tasks_completed", "tasks_failed"].map((name) => column(name, { worker: "worker-1" }));
		const cores = ["a", "b"].map((core) => column("reads_total", { worker: "worker-1", core }));
		const none = answer();
		expect(legends(workerDrawings({ gauges: none, rates: answer(...ofWorker, ...cores), restarts: none }))).toEqual([
			[["completed", "failed"], "tasks/s", ""],
			[["a", "b"], "/s", "each per second · by core"],
		]);
		const ofStream = ["records_in", "records_out"].map((name) => column(name, { stream: "files" }));
		const others = { lag: none, latency: none, pressure: none, windows: none, fired: none, late: none };
		expect(legends(streamDrawings({ throughput: answer(...ofStream), ...others }))).toEqual([[["in", "out"], "records/s", ""]]);
	});

	test("an instant is drawn as how long ago it was", () => {
		const values = [null, 1, 2];
		const [model] = chartModels({ ...metrics([["job_last_success_timestamp_seconds", "seconds", values]]), start: 61_000, step: 1000 });
		expect(model).toMatchObject({ unit: "seconds ago" });
		expect(model?.lines[0]?.values).toEqual([null, 61, 61]);
	});

	test("a line that has ended before the others tells for how long", () => {
		expect(staleFor([1, 2, null, null], 5000)).toBeUndefined();
		expect(staleFor([1, null, null, null], 5000)).toBe(15_000);
	});

	test("charts of a young colony begin together, at the first number of all; the finest has a dozen columns at least", () => {
		const young = (empty: number, known: number, step = 5000): Metrics => {
			const values = [...Array(empty).fill(null), ...Array(known).fill(1)];
			return { ...metrics([["a", undefined, values]]), start: 1_000_000 - values.length * step, step };
		};
		const windows = (...answers: Metrics[]) =>
			answers.map((answer) => {
				const [model] = chartModels(answer);
				const { start, length, step } = modelSince(model as ChartModel, beginOf(answers));
				return [(1_000_000 - start) / 1000, length * step] as const;
			});
		// One column before the first number, where there is one.
		expect(windows(young(80, 20), young(50, 50), young(90, 10))).toEqual(Array(3).fill([255, 255_000]));
		expect(windows(young(0, 100))).toEqual([[500, 500_000]]);
		expect(windows(young(97, 3))).toEqual([[65, 65_000]]);
		// One that is coarse has the same window, but for the rest of its step.
		expect(windows(young(80, 20), young(35, 5, 20_000))).toEqual([
			[105, 105_000],
			[120, 120_000],
		]);
		expect(windows(young(80, 20), young(10, 0))).toEqual([
			[105, 105_000],
			[50, 50_000],
		]);
		expect(windows(young(10, 0))).toEqual([[50, 50_000]]);
	});
});

const line = (key: string, ...column: (number | null)[]): Line => ({ key, name: key, metric: "m", values: column });

describe("of more lines than colours", () => {
	const many = Array.from({ length: 20 }, (_, i) => line(`s${i}`, i, 10, i % 3));
	const keys = (lines: readonly Line[]) => lines.map(({ key }) => key);

	test("the highest are drawn, or the lowest, or those that vary most; what says nothing comes last", () => {
		expect(keys(pickLines(many, "highest"))).toContain("s19");
		expect(keys(pickLines(many, "lowest"))).toContain("s0");
		expect(pickLines(many, "varying")).toHaveLength(MOST_LINES);
		for (const by of ["highest", "lowest", "varying"] as const) {
			const silent = Array.from({ length: 5 }, (_, i) => line(`silent${i}`, null, null, null));
			expect(keys(pickLines([...silent, ...many], by)).filter((key) => key.startsWith("silent"))).toEqual([]);
		}
	});

	test("one that stays keeps its place, whatever comes and goes", () => {
		fc.assert(
			fc.property(fc.array(fc.array(fc.nat(50), { minLength: 12, maxLength: 12 }), { minLength: 2, maxLength: 6 }), (pushes) => {
				let before: readonly Line[] = [];
				for (const push of pushes) {
					const lines = push.map((value, i) => line(`s${i}`, value));
					const drawn = pickLines(lines, "highest", before);
					expect(new Set(keys(drawn)).size).toBe(MOST_LINES);
					for (const [place, { key }] of before.entries()) {
						if (keys(drawn).includes(key)) expect(drawn[place]?.key).toBe(key);
					}
					const least = Math.min(...drawn.map((one) => one.values[0] ?? 0));
					expect(push.filter((value) => value > least).length).toBeLessThanOrEqual(MOST_LINES);
					before = drawn;
				}
			}),
		);
	});
});

describe("a picture", () => {
	const model = (unit: string | undefined, ...lines: Line[]): ChartModel => ({ start: 0, step: 1000, length: 3, unit, lines, left: 0 });
	const parts = [line("a", 1, 2, null), line("b", 3, null, 4)];

	test("stacks the parts of a sum: each edge is what it has and what those below it have", () => {
		const picture = pictureOf("area", model("megabytes", ...parts), parts);
		expect(picture.stacked).toBe(true);
		expect(picture.layers.map(({ levels }) => levels)).toEqual([
			[0.25, 0.5, null],
			[1, null, 1],
		]);
		expect(picture.layers.map(({ floor }) => floor)).toEqual([
			[0, 0, null],
			[0.25, null, 0],
		]);
		expect(picture.scale.max).toBe(4);
	});

	test.each<[string, ChartKind, ChartModel]>([
		["lines", "line", model("megabytes", ...parts)],
		["shares", "area", model("percent", ...parts)],
		["different metrics", "area", model("megabytes", line("a", 1), { ...line("b", 1), metric: "n" })],
		[
			"what is no part of a sum",
			"area",
			model("megabytes", { key: "a", name: "mean", values: [1] }, { key: "b", name: "most", values: [2] }),
		],
		["numbers below zero", "area", model("megabytes", line("a", 1), line("b", -1))],
		["some of the parts", "area", { ...model("megabytes", ...parts), left: 5 }],
	])("does not stack %s", (_, kind, given) => {
		const picture = pictureOf(kind, given, given.lines);
		expect(picture.stacked).toBe(false);
		expect(picture.layers.map(({ levels }) => levels)).toEqual(given.lines.map(({ values: own }) => levelsOf(own, picture.scale)));
	});

	test("a line that is taken out keeps its place, leaves no ink and no mark on the scale", () => {
		const lines = [line("a", 1, 1, 1), line("b", 1000, 1000, 1000)];
		const picture = pictureOf("line", model(undefined, ...lines), lines, new Set(["b"]));
		expect(picture.layers.map(({ line: { key }, hidden, levels }) => [key, hidden, levels.length > 0])).toEqual([
			["a", false, true],
			["b", true, false],
		]);
		expect(picture.scale.max).toBe(1);
	});

	test("a column alone stands at the right edge, where the newest is", () => {
		const alone = { ...model(undefined, line("a", 7)), length: 1 };
		const { left, width } = pictureOf("line", alone, alone.lines);
		expect((0 - left) / width).toBe(shareOfColumn("line", alone, 0));
	});

	test("a limit is on the scale", () => {
		const lines = [line("a", 1, 1, 1)];
		const { scale } = pictureOf("line", model(undefined, ...lines), lines, new Set(), [80]);
		expect(scale.max).toBeGreaterThanOrEqual(80);
		expect(heightOf(scale, scale.max)).toBe(0);
	});
});
