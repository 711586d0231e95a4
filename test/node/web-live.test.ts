/** The rules of the live link that need no browser. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { emptyEnd, noData } from "../../web/chart/no-data.ts";
import { advancedBy, createClock, stepsBehind } from "../../web/live/clock.ts";
import { backoff } from "../../web/live/connection.ts";
import { nextStale, silentSince } from "../../web/live/liveness.ts";
import { zones } from "../../web/widgets/gauge/arc.ts";
import { place } from "../../web/widgets/grid/placement.ts";

test("waits double up to a bound, with full jitter", () => {
	expect([1, 2, 3, 4].map((failures) => backoff(failures, () => 1))).toEqual([1000, 2000, 4000, 8000]);
	expect(backoff(1000, () => 1)).toBe(10_000);
	expect(backoff(5, () => 0)).toBe(0);
});

const link = (lastPushAt: number, intervalMs: number) => ({
	bridge: `b${lastPushAt}`,
	colony: "c",
	connected: true,
	lastPushAt,
	intervalMs,
	capabilities: [],
	gaps: { count: 0, samples: 0, events: 0 },
});

const view = (...links: ReturnType<typeof link>[]) => ({
	links,
	bridges: { total: links.length, stale: 0, withGaps: 0, restart: 0, scale: 0 },
});

test("a colony is silent when every bridge has missed three intervals, since the newest push", () => {
	const two = view(link(1000, 1000), link(2000, 5000));
	expect(silentSince(two, 16_999)).toBeUndefined();
	expect(silentSince(two, 17_000)).toBe(2000);
	expect(silentSince(view(), 2000)).toBeUndefined();
});

test("the next silence is that of the first that still speaks", () => {
	const two = view(link(1000, 1000), link(2000, 5000));
	expect(nextStale(two, 2000)).toBe(4000);
	expect(nextStale(two, 4000)).toBe(17_000);
	expect(nextStale(two, 17_000)).toBe(Number.POSITIVE_INFINITY);
});

test("of many bridges only some are listed: of the others the cluster says when the first goes stale", () => {
	const bridges = { total: 1000, stale: 1, withGaps: 0, restart: 0, scale: 0 };
	const many = { ...view(link(1000, 1000)), bridges: { ...bridges, nextStaleAt: 23_000 }, lastPushAt: 20_000 };
	expect(nextStale(many, 21_000)).toBe(23_000);
	// Who else speaks only the cluster knows, which is asked then.
	expect([nextStale(many, 23_000), silentSince(many, 23_000)]).toEqual([Number.POSITIVE_INFINITY, undefined]);
	const silent = { ...many, bridges: { ...bridges, stale: 1000 } };
	expect(silentSince(silent, 35_000)).toBe(20_000);
	expect(nextStale(silent, 35_000)).toBe(Number.POSITIVE_INFINITY);
});

describe("the page's clock", () => {
	afterEach(() => {
		vi.useRealTimers();
		vi.unstubAllGlobals();
	});
	/** The reader's clock and the count of time since the page began, each moved by itself. */
	const times = () => {
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
		vi.stubGlobal("document", { hidden: false, addEventListener: () => {}, removeEventListener: () => {} });
		const at = { wall: 1_000_000, count: 500 };
		vi.spyOn(Date, "now").mockImplementation(() => at.wall);
		vi.spyOn(performance, "now").mockImplementation(() => at.count);
		const pass = (ms: number) => {
			at.wall += ms;
			at.count += ms;
			vi.advanceTimersByTime(ms);
		};
		return { at, pass };
	};

	test("goes on as it was when the reader's clock is put forward an hour, and asks what time it is", () => {
		const { at, pass } = times();
		const clock = createClock(70_000);
		let asked = 0;
		clock.onJump(() => asked++);
		const stop = clock.start();
		clock.sync(70_000, true);
		pass(2000);
		expect(clock.now()).toBe(72_000);
		at.wall += 3_600_000;
		pass(1000);
		expect(clock.now()).toBe(73_000);
		expect(asked).toBe(1);
		clock.sync(73_000, false);
		pass(1000);
		expect([clock.now(), asked]).toEqual([74_000, 1]);
		stop();
	});

	test("learns from the cluster how long the computer slept", () => {
		const { at, pass } = times();
		const clock = createClock(70_000);
		let asked = 0;
		clock.onJump(() => asked++);
		const stop = clock.start();
		clock.sync(70_000, true);
		// The count stood still meanwhile.
		at.wall += 600_000;
		pass(1000);
		expect(asked).toBe(1);
		clock.sync(671_000, false);
		expect(clock.now()).toBe(671_000);
		// A message that took long to arrive does not put it back.
		clock.sync(670_000, false);
		pass(1250);
		expect(clock.now()).toBe(672_250);
		stop();
	});

	test("ticks with the message where one comes each second, though it be late, and by itself where none comes", () => {
		const { pass } = times();
		const clock = createClock(70_000);
		const stop = clock.start();
		const ticks: number[] = [];
		const watch = (ms: number) => {
			for (let i = 0; i < ms; i += 50) {
				pass(50);
				if (clock.now() !== ticks.at(-1)) ticks.push(clock.now());
			}
		};
		let at = 70_000;
		clock.sync(at, true);
		for (const ms of [850, 1150, 900]) {
			watch(ms);
			at += ms;
			clock.sync(at, false);
			watch(50);
			at += 50;
			clock.sync(at, false);
		}
		watch(3000);
		stop();
		watch(5000);
		expect(ticks).toEqual([70_000, 70_850, 72_050, 73_000, 74_250, 75_250]);
	});
});

describe("charts that end with the clock", () => {
	const answer = { start: 0, step: 10, length: 4, series: [{ values: [1, 2, 3, 4] as (number | null)[] }] };

	test("moves on by whole steps, with nothing in the new ones", () => {
		expect([30, 31, 40, 41, 1000].map((now) => stepsBehind(answer, now))).toEqual([0, 1, 1, 2, 4]);
		expect(advancedBy(answer, 0)).toBe(answer);
		expect(advancedBy(answer, 1)).toEqual({ ...answer, start: 10, series: [{ values: [2, 3, 4, null] }] });
		expect(advancedBy(answer, 4)).toEqual({ ...answer, start: 40, series: [{ values: [null, null, null, null] }] });
	});

	test("is missing once three promised intervals are over, and no shorter than a step", () => {
		const model = {
			start: 0,
			step: 10_000,
			length: 4,
			unit: undefined,
			left: 0,
			lines: [{ key: "a", name: "a", values: [1, 2, null, null] }],
		};
		expect(noData(model, 25_000, 5000)).toBeUndefined();
		expect(noData(model, 25_001, 5000)).toEqual({ since: 10_000, whole: false });
		expect(noData(model, 25_001, 60_000)).toBeUndefined();
		expect(noData({ ...model, step: 60_000 }, 119_000, 5000)).toBeUndefined();
		expect(noData({ ...model, lines: [{ key: "a", name: "a", values: [null, null, null, null] }] }, 30_000, 5000)).toMatchObject({
			whole: true,
		});
		// The first rate takes a whole step: its absence does not mean that nothing came.
		const none = { ...model, lines: [{ key: "a", name: "a", values: [null, null, null, null] }], rates: true };
		expect(noData(none, 30_000, 5000)).toMatchObject({ whole: true, rateStep: 10_000 });
		// Nor does the step that is under way, of which the first push after it tells.
		expect(noData({ ...model, rates: true }, 35_000, 5000)).toBeUndefined();
		expect(noData({ ...model, rates: true }, 35_001, 5000)).toEqual({ since: 10_000, whole: false });
		expect(emptyEnd([1, null, null])).toBe(0);
		expect(emptyEnd([1, null, null, null])).toBe(3);
		expect(emptyEnd([null, null, null, null])).toBe(4);
	});
});

test("widgets stand where they say, the others after them in order", () => {
	const widget = (title: string, position?: [number, number]) => ({
		kind: "status" as const,
		title,
		checks: [],
		...(position && { position }),
	});
	const { rows, columns, flowing } = place([widget("d"), widget("b", [0, 2]), widget("c", [5, 1]), widget("a", [0, 0]), widget("e")]);
	expect(rows.map((row) => row.map(({ spec }) => spec.title))).toEqual([["a", "b"], ["c"]]);
	expect(columns).toBe(3);
	expect(flowing.map(({ spec, order }) => [spec.title, order])).toEqual([
		["d", 0],
		["e", 4],
	]);
});

test("a gauge's bands touch, and the last goes on to the end", () => {
	expect(zones({ green: 70, yellow: 85, red: 95 }, 0, 100)).toEqual([
		{ zone: "green", from: 0, to: 0.7 },
		{ zone: "yellow", from: 0.7, to: 0.85 },
		{ zone: "red", from: 0.85, to: 1 },
	]);
	// Where less is worse, red comes first.
	expect(zones({ red: 10, yellow: 20, green: 100 }, 0, 100).map(({ zone }) => zone)).toEqual(["red", "yellow", "green"]);
	expect(zones({}, 0, 100)).toEqual([]);
});
