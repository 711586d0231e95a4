/** The rules of the live link that need no browser. */
import { expect, test } from "vitest";
import { backoff } from "../../web/live/backoff.ts";
import { silentLinks, silentSince } from "../../web/live/silence.ts";
import { zones } from "../../web/widgets/gauge/arc.ts";
import { place } from "../../web/widgets/placement.ts";

test("waits double up to a bound, with full jitter", () => {
	expect([1, 2, 3, 4].map((failures) => backoff(failures, () => 1))).toEqual([1000, 2000, 4000, 8000]);
	expect(backoff(1000, () => 1)).toBe(10_000);
	expect(backoff(5, () => 0)).toBe(0);
});

const link = (lastPushAt: number, intervalMs: number, silentSince?: number) => ({
	bridge: `b${lastPushAt}`,
	colony: "c",
	connected: true,
	lastPushAt,
	intervalMs,
	...(silentSince !== undefined && { silentSince }),
	can: [],
	gaps: { count: 0, samples: 0, events: 0 },
});

const view = (...links: ReturnType<typeof link>[]) => ({
	links,
	bridges: { total: links.length, silent: 0, gapped: 0, restart: 0, scale: 0 },
});

test("a colony is silent when every bridge has missed three intervals, since the newest push", () => {
	const two = view(link(1000, 1000), link(2000, 5000));
	expect(silentSince(two, 17_000)).toBeUndefined();
	expect(silentSince(two, 17_001)).toBe(2000);
	expect(silentLinks(two, 17_000).map(({ bridge }) => bridge)).toEqual(["b1000"]);
});

test("what the cluster has noticed counts before our clock has", () => {
	expect(silentSince(view(link(1000, 60_000, 1000)), 2000)).toBe(1000);
	expect(silentSince(view(), 2000)).toBeUndefined();
});

test("of many bridges only the silent are listed: the newest push of all of them decides", () => {
	const many = { ...view(link(1000, 1000)), bridges: { total: 1000, silent: 1, gapped: 0, restart: 0, scale: 0 }, intervalMs: 5000 };
	expect(silentSince({ ...many, lastPushAt: 20_000 }, 35_000)).toBeUndefined();
	expect(silentSince({ ...many, lastPushAt: 20_000 }, 35_001)).toBe(1000);
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
