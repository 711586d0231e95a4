import { describe, expect, test } from "vitest";
import { DashboardConfig } from "../../colony-bridge/protocol/http/config.ts";
import { planPage } from "../../colony-bridge/protocol/pages/plan.ts";
import { BUILT_IN_PAGES, Layout, PageSpec } from "../../colony-bridge/protocol/wire/layout.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { WIDGETS, WidgetSpec, type WidgetSpecOf } from "../../colony-bridge/protocol/wire/widgets/widgets.ts";
import { accepts } from "./accepts.ts";

const chart: WidgetSpec = { kind: "chart", title: "Throughput", metrics: ["records_in"], chartType: "line", timeRange: "1h" };
const gauge: WidgetSpecOf<"gauge"> = { kind: "gauge", title: "Memory", metric: "memory_percent", minValue: 0, maxValue: 100 };
const log: WidgetSpecOf<"log"> = { kind: "log", title: "Logs", maxLines: 100, filterLevel: "WARNING", sources: ["worker-*"] };
const table: WidgetSpec = { kind: "table", title: "Workers", columns: ["name"], dataSource: "workers" };

accepts("WidgetSpec", WidgetSpec, {
	good: [
		{ kind: "metric", title: "Rate", metric: "tasks_total", aggregation: "rate", format: "{value:.1f}/s", position: [0, 0] },
		{ ...chart, aggregation: "avg", refreshIntervalMs: 250, position: [999, 11] },
		table,
		{ ...table, dataSource: { metrics: ['cpu{worker="a"}', "b"], aggregation: "p95", timeRange: "1h" } },
		{ ...table, dataSource: { query: "topk(5, cpu_percent)" } },
		{ kind: "chart", title: "Rates", query: "rate(a[1m])", chartType: "line", timeRange: "1h" },
		{ kind: "metric", title: "Sum", query: "sum(a)" },
		{ kind: "gauge", title: "Sum", query: "sum(a)", minValue: 0, maxValue: 1 },
		{ ...gauge, thresholds: { green: 70, yellow: 85, red: 100 }, format: "{value:,.0f} MB" },
		{ ...gauge, thresholds: { red: 10, yellow: 20, green: 100 } },
		{ kind: "status", title: "", checks: [] },
		log,
	],
	bad: [
		[{ ...chart, kind: "pie" }, "kind"],
		[{ ...chart, query: "a" }, ""],
		[{ ...chart, metrics: undefined }, ""],
		[{ kind: "metric", title: "x" }, ""],
		[{ ...gauge, query: "a" }, ""],
		[{ ...table, dataSource: { query: "a", metrics: ["a"] } }, "dataSource"],
		[{ ...chart, title: "x".repeat(LIMITS.nameChars + 1) }, "title"],
		[{ ...chart, position: [0, 12] }, "position.1"],
		[{ ...chart, position: [-1, 0] }, "position.0"],
		[{ ...chart, position: [0] }, "position.1"],
		[{ ...chart, metrics: [] }, "metrics"],
		[{ ...chart, metrics: Array(LIMITS.selectors + 1).fill("up") }, "metrics"],
		[{ ...chart, metrics: ["records_in", "not a metric"] }, "metrics.1"],
		[{ ...chart, chartType: "radar" }, "chartType"],
		[{ ...chart, timeRange: "banana" }, "timeRange"],
		[{ ...chart, refreshIntervalMs: 10 }, "refreshIntervalMs"],
		[{ ...chart, aggregation: "median" }, "aggregation"],
		[{ ...gauge, maxValue: Number.NaN }, "maxValue"],
		[{ ...gauge, format: "{value:.1q}" }, "format"],
		[{ kind: "metric", title: "x", metric: "a", format: "no number" }, "format"],
		[{ ...gauge, thresholds: { blue: 1 } }, "thresholds.blue"],
		[{ ...gauge, thresholds: { green: 70, yellow: 95, red: 85 } }, "thresholds"],
		[{ ...table, columns: [] }, "columns"],
		[{ ...table, dataSource: "secrets" }, "dataSource"],
		[{ ...table, dataSource: { metrics: ["not a metric"] } }, "dataSource.metrics.0"],
		[{ ...table, dataSource: { metrics: ["a"], timeRange: "2h" } }, "dataSource.timeRange"],
		[{ ...log, maxLines: 0 }, "maxLines"],
		[{ ...log, maxLines: LIMITS.rows + 1 }, "maxLines"],
		[{ ...log, filterLevel: "LOUD" }, "filterLevel"],
	],
});

const page = { name: "custom", title: "Custom", widgets: [chart] };
accepts("PageSpec", PageSpec, {
	good: [page, { ...page, name: "0-a" }, { ...page, widgets: [] }],
	bad: [
		...["", "Custom", "a/b", "-a", "ä", "..", "a".repeat(64), ...BUILT_IN_PAGES, "api", "assets", "clusters"].map(
			(name): [unknown, string] => [{ ...page, name }, "name"],
		),
		[{ ...page, title: "" }, "title"],
		[{ ...page, widgets: Array(LIMITS.widgets + 1).fill(chart) }, "widgets"],
		[{ ...page, widgets: [{ ...chart, position: [0, 1] }, chart, { ...table, position: [0, 1] }] }, "widgets"],
	],
});

accepts("Layout", Layout, {
	good: [{ widgets: [chart], pages: [page] }],
	bad: [
		[{ widgets: [{ ...chart, metrics: [""] }], pages: [] }, "widgets.0.metrics.0"],
		[{ widgets: [], pages: Array(101).fill(page) }, "pages"],
		[
			{
				widgets: [
					{ ...chart, position: [3, 2] },
					{ ...gauge, position: [3, 2] },
				],
				pages: [],
			},
			"widgets",
		],
	],
});

const defaults = { title: "HiveFrame Dashboard", theme: "system", refreshIntervalMs: 5000, authEnabled: false, readonly: false };
accepts("DashboardConfig", DashboardConfig, {
	good: [
		{
			title: "Production Monitor",
			theme: "light",
			refreshIntervalMs: 2000,
			authEnabled: true,
			authUsers: { admin: "secure_password" },
			readonly: true,
			customCss: "/own.css",
			logoUrl: "https://example.com/logo.svg",
		},
	],
	becomes: [[{}, defaults]],
	bad: [
		[{ titel: "typo" }, "titel"],
		[{ title: "" }, "title"],
		[{ theme: "blue" }, "theme"],
		[{ refreshIntervalMs: 249 }, "refreshIntervalMs"],
		[{ refreshIntervalMs: "5000" }, "refreshIntervalMs"],
		[{ authUsers: { admin: "" } }, "authUsers.admin"],
		[{ customCss: "javascript:alert(1)" }, "customCss"],
		[{ customCss: "data:text/css,*{}" }, "customCss"],
		[{ logoUrl: "own.svg" }, "logoUrl"],
	],
});

describe("the queries of a page", () => {
	const layout: Layout = { widgets: [gauge, log], pages: [{ name: "custom", title: "Custom", widgets: [chart, table] }] };

	const names = (name: string, of: Layout) => Object.keys(planPage(name, of) ?? {});

	test.each(BUILT_IN_PAGES)("%s asks for the shell, and where a number is drawn, how many errors there were in its time", (name) => {
		const plan = planPage(name, layout) ?? {};
		expect(plan).toMatchObject({ cluster: { kind: "cluster" }, layout: { kind: "layout" } });
		const drawn = Object.values(plan).some(({ kind }) => kind === "metrics");
		expect("errorCounts" in plan).toBe(drawn);
	});

	test.each([...BUILT_IN_PAGES, "custom"])("%s and as many widgets as a page may have are no more than a viewer may watch", (name) => {
		const widgets = Array(LIMITS.widgets).fill(chart);
		const full: Layout = { widgets, pages: [{ name: "custom", title: "Custom", widgets }] };
		expect(names(name, full).length).toBeLessThanOrEqual(LIMITS.queries);
	});

	test("a widget's query goes by the widget's number", () => {
		expect(planPage("overview", layout)).toMatchObject({ "widget.1": WIDGETS.gauge.query(gauge), "widget.2": WIDGETS.log.query(log) });
		expect(planPage("custom", layout)).toMatchObject({
			"widget.1": { kind: "metrics", selectors: ["records_in"], range: "1h" },
			"widget.2": { kind: "workers" },
		});
	});

	test("a widget with PromQL asks for it, and a table for its rows", () => {
		const expr = "sum by (a) (b)";
		const widgets = [
			{ kind: "chart", title: "x", query: expr, chartType: "line", timeRange: "1h" },
			{ kind: "gauge", title: "x", query: expr, minValue: 0, maxValue: 1 },
			{ ...table, dataSource: { query: expr } },
		] as WidgetSpec[];
		expect(planPage("custom", { widgets: [], pages: [{ name: "custom", title: "Custom", widgets }] }, { range: "6h" })).toMatchObject({
			"widget.1": { kind: "promql", expr, range: "6h" },
			"widget.2": { kind: "promql", expr, points: 1, range: "5m" },
			"widget.3": { kind: "series", expr },
			errorCounts: { range: "6h" },
		});
	});

	test("a page with charts asks what happened; its own list of it goes first", () => {
		expect(planPage("custom", layout)).toMatchObject({
			errors: { kind: "errors", brief: true },
			marks: { kind: "marks", limit: 50 },
			errorCounts: { kind: "errorCounts", range: "1h" },
		});
		expect(planPage("overview", { ...layout, widgets: [chart] })).toMatchObject({ errors: { limit: 20 }, marks: { limit: 20 } });
		expect(names("custom", { widgets: [], pages: [{ name: "custom", title: "Custom", widgets: [table] }] })).toEqual([
			"cluster",
			"layout",
			"widget.1",
		]);
	});

	test.each(["", "nope", "toString", "__proto__", "constructor"])("there is no page %j", (name) => {
		expect(planPage(name, layout)).toBeUndefined();
	});
});
