/** A page's address: what it says, what of it goes along, and what it makes of the queries. */
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { PageLook, PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import { type Plan, planPage } from "../../colony-bridge/protocol/pages/plan.ts";
import { ViewerFrame } from "../../colony-bridge/protocol/query/query.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { asked, carried, urlStateOf, withChanges } from "../../web/page/url-state.ts";

describe("parameters", () => {
	test.each([
		[PageView, { range: "1h", end: "2026-11-24T10:00:00Z" }],
		[PageView, { end: "1764000000000", comb: "" }],
		[PageLook, { tz: "utc", theme: "light", refresh: "off", kiosk: "1", rotate: "30s", pages: "overview,workers" }],
		[PageLook, { window: "PT300S/now" }],
		[PageLook, { window: "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z" }],
		[PageLook, { refresh: "5m", other: "what pages add is left alone" }],
	])("are understood", (schema, input) => expect(v.safeParse(schema, input).success).toBe(true));

	test.each([
		[PageView, { range: "1 hour" }],
		[PageView, { end: "yesterday" }],
		[PageView, { end: "2026-11-24T10:00:00" }],
		[PageView, { end: "9999" }],
		[PageView, { end: "1764000000" }],
		[PageView, { end: "9999-12-31T23:59:59Z" }],
		[PageView, { range: "999999w" }],
		[PageView, { range: "1ms" }],
		[PageView, { comb: ["a", "b"] }],
		[PageLook, { window: "a/b" }],
		[PageLook, { window: "2026-01-02T00:00:00Z/2026-01-01T00:00:00Z" }],
		[PageLook, { window: "PT0S/now" }],
		[PageLook, { tz: "CET" }],
		[PageLook, { theme: "blue" }],
		[PageLook, { refresh: "often" }],
		[PageLook, { kiosk: "0" }],
		[PageLook, { pages: "../a" }],
	])("are refused with words: %o", (schema, input) => {
		const { issues } = v.safeParse(schema, input);
		expect(issues?.[0]?.message).toMatch(/\w/);
	});
});

/** Texts as somebody writes them into an address, or as a page of ours does. */
const WRITTEN: Record<string, fc.Arbitrary<string>> = {
	range: fc.constantFrom("1s", "1h", "365d", "400d", "999999w"),
	end: fc.constantFrom(
		"946684800000",
		"1764000000000",
		"8640000000000000",
		"0001-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z",
		"2026-01-15T10:00:00+14:00",
	),
	points: fc.constantFrom("", "10", "1000", "999"),
	status: fc.constantFrom("", "failed"),
	order: fc.constantFrom("", "longest"),
	after: fc.constantFrom("", "0", "999999999999999"),
	offset: fc.constantFrom("0", "999999999"),
	agg: fc.constantFrom("", "rate"),
	fold: fc.constantFrom("", "each"),
	draw: fc.constantFrom("", "bar"),
};
const text = fc.oneof(
	fc.string(),
	fc.constantFrom(200, 500, 999, 1000).map((length) => "a".repeat(length)),
	fc.constant("{}"),
	fc.constant('m{a="'),
);

test("whatever the address says and is not refused for, the page asks for what a cluster answers, in one message", () => {
	const parameters = Object.keys(PageView.entries).filter((name) => !/\.\d{2}$/.test(name));
	const repeated = new Set(["q", "agg", "fold", "draw"]);
	const search = fc.uniqueArray(
		fc.constantFrom(...parameters).chain((name) => {
			const value: fc.Arbitrary<string> = WRITTEN[name.replace(/\.\d+$/, "")] ?? text;
			return fc.tuple(fc.constant(name), repeated.has(name) ? fc.array(value, { minLength: 1, maxLength: 16 }) : value);
		}),
		{ selector: ([name]) => name, maxLength: 12 },
	);
	const layout = { widgets: [], pages: [] };
	fc.assert(
		fc.property(search, fc.constantFrom("overview", "workers", "tasks", "streaming", "metrics"), (said, page) => {
			const view = v.safeParse(PageView, Object.fromEntries(said));
			if (!view.success) return;
			const queries = Object.values(planPage(page, layout, view.output) ?? {});
			const watch = v.safeParse(ViewerFrame, { type: "watch", queries });
			expect(watch.issues?.map((issue) => [v.getDotPath(issue), issue.message])).toBeUndefined();
			expect(JSON.stringify({ type: "watch", queries }).length).toBeLessThanOrEqual(LIMITS.viewerChars);
		}),
		{ numRuns: 3_000 },
	);
});

describe("the address", () => {
	test("is changed one parameter at a time, and reads well", () => {
		expect(withChanges("", { end: "2026-11-24T10:00:00.000Z" })).toBe("?end=2026-11-24T10:00:00.000Z");
		expect(withChanges("?range=1h&x=a%26b", { range: undefined, tz: "utc" })).toBe("?x=a%26b&tz=utc");
		expect(withChanges("?range=1h", { range: undefined })).toBe("");
		expect(withChanges("?a=1", { a: "2" })).toBe("?a=2");
	});

	test("is the same after every change: hostile text stays text", () => {
		const hostile = `"><script>alert(1)</script>&end=1#%2F`;
		expect(new URLSearchParams(withChanges("?range=1h", { find: hostile })).get("find")).toBe(hostile);
		expect(withChanges("", { find: hostile })).not.toMatch(/["<>#]/);
	});

	test("keeps time and display on other pages, but no filter", () => {
		const search = "?range=1h&find=x&end=5&comb=cpu&tz=utc&kiosk=1";
		expect(carried(search)).toBe("?range=1h&end=5&tz=utc&kiosk=1");
		expect(asked(search)).toBe("?range=1h&find=x&end=5&comb=cpu");
		expect(urlStateOf(search)).toMatchObject({ tz: "utc", kiosk: "1" });
	});
});

describe("queries", () => {
	const layout = { widgets: [], pages: [] };
	test("of charts take range and end; a gauge has no range to choose", () => {
		const gauge = { kind: "gauge" as const, title: "", metric: "m", minValue: 0, maxValue: 1 };
		const plan = planPage("overview", { ...layout, widgets: [gauge] }, { range: "7d", end: 5000 }) ?? {};
		const metrics = Object.values(plan).filter((query) => query.kind === "metrics");
		expect(metrics.length).toBeGreaterThan(4);
		for (const { points, range, end } of metrics) expect([range, end]).toEqual([points === 1 ? "5m" : "7d", 5000]);
		expect(plan["widget.1"]).toMatchObject({ selectors: ["m"], points: 1 });
		// So do the errors under their axes.
		expect(plan.errorCounts).toEqual({ kind: "errorCounts", range: "7d", end: 5000 });
	});
	test("of everything else stay what they are; the history of tasks is of the time too", () => {
		const others = (plan: Plan = {}) => Object.entries(plan).filter(([, { kind }]) => kind !== "metrics" && kind !== "errorCounts");
		expect(others(planPage("streaming", layout, { range: "7d", end: 5000 }))).toEqual(others(planPage("streaming", layout)));
		expect(planPage("tasks", layout, { range: "1s", end: 5000 })?.ended).toMatchObject({ kind: "ended", since: 4000, until: 5000 });
	});
});
