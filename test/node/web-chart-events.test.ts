/** Events on a chart's time axis, and time ranges that are zoomed into. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { durationMs } from "../../colony-bridge/protocol/wire/duration.ts";
import { type ChartEvent, eventsAt, leadingKind, pageEvents, placeEvents } from "../../web/chart/events.ts";
import { timeRangeOf, zoomIn, zoomOut } from "../../web/chart/lazy/zoom.ts";
import type { ChartModel } from "../../web/chart/model.ts";

const model: ChartModel = { start: 0, step: 1000, length: 101, unit: undefined, lines: [], left: 0 };
const mark = (at: number, kind = "restart", until?: number): ChartEvent => ({ at, until, kind, text: `${kind} at ${at}` });

describe("events", () => {
	test("near ones share a place, those off the chart have none", () => {
		const { spots } = placeEvents([mark(90_000), mark(50_000), mark(50_900, "error"), mark(-5000), mark(100_001)], "line", model);
		expect(spots.map(({ share, events }) => [share, events.map(({ at }) => at)])).toEqual([
			[0.5, [50_000, 50_900]],
			[0.9, [90_000]],
		]);
		expect(spots[0] && leadingKind(spots[0])).toBe("error");
	});

	test("an event with an end is a time range, cut at the chart's end, and described all along it", () => {
		const gap = mark(-20_000, "gap", 30_000);
		const placed = placeEvents([gap], "line", model);
		expect(placed.spans).toEqual([{ from: 0, to: expect.closeTo(0.3), event: gap }]);
		expect(eventsAt(placed, 0.2)).toEqual([gap]);
		expect(eventsAt(placed, 0)).toEqual([gap]);
		expect(eventsAt(placed, 0.5)).toEqual([]);
	});

	test("between two columns that are far apart it is told of at the nearer one", () => {
		const placed = placeEvents([mark(44_000)], "line", model);
		expect(eventsAt(placed, 0.5)).toEqual([]);
		expect(eventsAt(placed, 0.5, 0.0625)).toHaveLength(1);
	});

	test("each on the chart is told of at its place, exactly once", () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: -50_000, max: 150_000 })), (instants) => {
				const events = instants.map((at) => mark(at));
				const { spots } = placeEvents(events, "line", model);
				const shown = spots.flatMap((spot) => spot.events);
				expect(new Set(shown).size).toBe(shown.length);
				expect(shown.length).toBe(instants.filter((at) => at >= 0 && at <= 100_000).length);
			}),
		);
	});
});

describe("zoom", () => {
	test("a stretch is a range and an end that the address can hold, and covers what was chosen", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 300 * 86_400_000 }), (from, length) => {
				const { range, end } = timeRangeOf(from, from + length);
				expect(end).toBe(from + length);
				expect(range).toMatch(/^[1-9][0-9]{0,5}(s|m)$/);
				expect(durationMs(range ?? "")).toBeGreaterThanOrEqual(length);
			}),
		);
	});

	test("the way out is the way in, then to what nothing narrows", () => {
		const first = zoomIn({ range: "1h" }, 0, 60_000);
		expect(first).toEqual({ range: "60s", end: 60_000 });
		const second = zoomIn(first, 0, 10_000);
		expect(zoomOut(second)).toEqual(first);
		expect(zoomOut(first)).toEqual({ range: "1h", end: undefined });
		expect(zoomOut({ range: "1h" })).toEqual({ range: undefined, end: undefined });
		expect(zoomOut({})).toBeUndefined();
	});
});

test("if errors are neither counted nor complete, the cursor says so before the oldest, and nothing is marked there", () => {
	const errors = { total: 3, rows: [2, 1].map((second) => ({ at: second * 1000, message: "lost" })) };
	const marks = { total: 0, rows: [] };
	const known = pageEvents(marks, errors);
	expect(known.unmarked).toEqual({ before: 1000, text: "only the newest 2\u00a0errors are marked" });
	const { spots, spans } = placeEvents(known.events, "line", { ...model, start: -200_000, length: 301 });
	expect(spans).toEqual([]);
	expect(spots.flatMap(({ events }) => events.map(({ at }) => at))).toEqual([1000, 2000]);
	expect(pageEvents(marks, { ...errors, total: 2 }).unmarked).toBeUndefined();
	expect(pageEvents(marks, errors, { kind: "errorCounts", start: 0, step: 1000, counts: [3] }).unmarked).toBeUndefined();
});
