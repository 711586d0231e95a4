/** Errors are counted by time, however few of them are kept. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ErrorCounts } from "../../durable/state/recent-events.ts";
import { densityAt, placeDensity } from "../../web/chart/events.ts";
import type { ChartModel } from "../../web/chart/model.ts";
import { hello, Rig } from "./cluster-rig.ts";

const BEGIN = Date.UTC(2026, 10, 30, 12);
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);

test("every error of a time is counted, in the step it belongs to, over a restart too", () => {
	const ages = fc.array(fc.integer({ min: 0, max: 2 * DAY }), { maxLength: 200 });
	const range = fc.constantFrom(MINUTE, 15 * MINUTE, 60 * MINUTE, 6 * 60 * MINUTE, DAY, 7 * DAY);
	fc.assert(
		fc.property(ages, range, fc.integer({ min: 1, max: 90 }), (ages, range, points) => {
			const first = new ErrorCounts();
			for (const age of ages) first.add(BEGIN - age);
			const counts = new ErrorCounts();
			counts.restore(JSON.parse(JSON.stringify(first.store())));
			const found = counts.over(range, BEGIN, points);
			expect(found.counts.length).toBeLessThanOrEqual(Math.max(points, range / 10_000) + 2);
			for (const [i, count] of found.counts.entries()) {
				const until = found.start + i * found.step;
				// What was reported when it was older than what is counted so fine may not be in it.
				const wanted = ages.filter((age) => BEGIN - age > until - found.step && BEGIN - age <= until).length;
				expect(count).toBe(wanted);
			}
		}),
	);
});

test("of 5,400 errors in seven minutes all are counted by time, though only the newest few are kept", () => {
	const rig = new Rig();
	const begin = rig.now;
	for (let beat = 0; beat < 84; beat++) {
		const events = Array.from({ length: 64 }, (_, i) => ({
			type: "log",
			at: rig.now,
			level: "ERROR",
			source: "queen",
			message: `lost ${i}`,
		}));
		rig.cluster.push([hello(), { type: "events", seq: 1 + beat, events }].map((frame) => JSON.stringify(frame)).join("\n"));
		rig.pass(5000);
	}
	const { step, start, counts } = rig.ask({ kind: "errorCounts", range: "15m" });
	expect(sum(counts)).toBe(84 * 64);
	const oldest = start + (counts.findIndex((count) => count > 0) - 1) * step;
	expect(oldest).toBeLessThanOrEqual(begin);
	expect(oldest).toBeGreaterThan(begin - step - 1);
	expect(rig.ask({ kind: "errors", limit: 50 }).rows.length).toBeLessThanOrEqual(50);
});

describe("drawn", () => {
	const model: ChartModel = { start: BEGIN, step: MINUTE, length: 11, unit: undefined, lines: [], left: 0 };
	test("each step with errors at its place, and in words there", () => {
		const spans = placeDensity(
			{ kind: "errorCounts", start: BEGIN, step: MINUTE, counts: [5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 40] },
			"line",
			model,
		);
		expect(spans.map(({ from, to, count }) => [Number(from.toFixed(3)), Number(to.toFixed(3)), count])).toEqual([
			[0.1, 0.2, 1],
			[0.9, 1, 40],
		]);
		expect(spans[1]?.weight).toBe(1);
		expect(densityAt(spans, 0.95).map(({ text }) => text)).toEqual(["40\u00a0errors in 1\u00a0min"]);
		expect(densityAt(spans, 0.5)).toEqual([]);
	});
});
