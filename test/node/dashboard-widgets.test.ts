import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { WIDGETS } from "../../colony-bridge/protocol/wire/widgets/widgets.ts";
import { DashboardLayout } from "../../colony-bridge/widgets/dashboard-layout.ts";
import * as widgets from "../../colony-bridge/widgets/widgets.ts";
import {
	ChartWidget,
	GaugeWidget,
	LogWidget,
	MetricWidget,
	StatusWidget,
	TableWidget,
	Widget,
} from "../../colony-bridge/widgets/widgets.ts";
import { DashboardConfig } from "../../worker/node/dashboard-server.ts";

const chart = (title: string) => new ChartWidget({ title, metrics: ["a"] });

describe("widgets have the specification's options and defaults", () => {
	test.each([
		[
			new MetricWidget({ title: "Tasks/Second", metric: "hiveframe_tasks_total", aggregation: "rate", format: "{value:.1f}/s" }),
			{ kind: "metric", title: "Tasks/Second", metric: "hiveframe_tasks_total", aggregation: "rate", format: "{value:.1f}/s" },
		],
		[
			new ChartWidget({ title: "Throughput", metrics: ["records_in", "records_out"], refreshIntervalMs: 5000 }),
			{
				kind: "chart",
				title: "Throughput",
				metrics: ["records_in", "records_out"],
				chartType: "line",
				timeRange: "1h",
				refreshIntervalMs: 5000,
			},
		],
		[
			new TableWidget({ title: "Details", columns: ["name", "value"] }),
			{ kind: "table", title: "Details", columns: ["name", "value"], dataSource: "metrics" },
		],
		[
			new TableWidget({
				title: "Busiest",
				columns: ["worker", "value", "change"],
				dataSource: { metrics: ["cpu_percent"], aggregation: "avg", timeRange: "15m" },
			}),
			{
				kind: "table",
				title: "Busiest",
				columns: ["worker", "value", "change"],
				dataSource: { metrics: ["cpu_percent"], aggregation: "avg", timeRange: "15m" },
			},
		],
		[
			new GaugeWidget({ title: "Memory", metric: "memory_percent", thresholds: { green: 70, yellow: 85, red: 95 } }),
			{
				kind: "gauge",
				title: "Memory",
				metric: "memory_percent",
				minValue: 0,
				maxValue: 100,
				thresholds: { green: 70, yellow: 85, red: 95 },
			},
		],
		[
			new StatusWidget({ title: "Services", checks: ["database", "kafka"] }),
			{ kind: "status", title: "Services", checks: ["database", "kafka"] },
		],
		[
			new LogWidget({ title: "Logs", filterLevel: "WARNING", sources: ["queen", "worker-*"] }),
			{ kind: "log", title: "Logs", maxLines: 100, filterLevel: "WARNING", sources: ["queen", "worker-*"] },
		],
	])("%s", (widget, spec) => {
		expect(widget).toBeInstanceOf(Widget);
		expect(widget.title).toBe(spec.title);
		expect(JSON.parse(JSON.stringify(widget.spec()))).toEqual(spec);
	});
});

/** As a program without types would write it. */
// biome-ignore lint/suspicious/noExplicitAny: what is wrong on purpose has no type.
const wrong = (options: object): any => options;

test.each([
	["a selector that is none", () => new MetricWidget({ title: "x", metric: "a b" }), /^MetricWidget: metric: "a b" is no metric/],
	[
		"a format Python would not take",
		() => new MetricWidget({ title: "x", metric: "a", format: "{value:.1q}" }),
		/^MetricWidget: format: "\{value:\.1q\}", character 8: "\.1q" formats no number; write \{value\}, or/,
	],
	[
		"a format with a brace too many",
		() => new GaugeWidget({ title: "x", metric: "a", format: "{value}}" }),
		/^GaugeWidget: format: "\{value\}\}", character 8: a "\}"/,
	],
	...(
		[
			[
				"a source that is none",
				"cpu_percent",
				/^TableWidget: dataSource: "cpu_percent" is no source: write one of workers, .*metrics, or a query such as/,
			],
			["a list for a source", ["cpu_percent"], /^TableWidget: dataSource: /],
			["a query without metrics", { aggregation: "avg" }, /^TableWidget: dataSource: a query needs its metrics: \{ metrics:/],
			["a query of no metric", { metrics: ["a b"] }, /^TableWidget: dataSource\.metrics\.0: "a b" is no metric/],
			["a query of nothing", { metrics: [] }, /^TableWidget: dataSource\.metrics: /],
			["an aggregation nobody knows", { metrics: ["a"], aggregation: "median" }, /^TableWidget: dataSource[.:] ?aggregation: /],
			["a query's slip", { metrics: ["a"], range: "5m" }, /^TableWidget: dataSource: a query has no "range", only metrics, aggregation/],
			["a day in a table", { metrics: ["a"], timeRange: "1d" }, /^TableWidget: dataSource.timeRange: a table reads one hour at most/],
		] as const
	).map(([what, dataSource, words]): [string, () => unknown, RegExp] => [
		what,
		() => new TableWidget(wrong({ title: "x", columns: ["a"], dataSource })),
		words,
	]),
	["no title", () => new ChartWidget(wrong({ metrics: ["a"] })), /^ChartWidget: title is missing/],
	["neither a metric nor PromQL", () => new MetricWidget(wrong({ title: "x" })), /^MetricWidget: write metric, or query with PromQL/],
	[
		"PromQL that does not parse",
		() => new ChartWidget({ title: "x", query: "sum(a" }),
		/^ChartWidget: query: 1:6: parse error: unclosed left parenthesis/,
	],
	[
		"a table's PromQL that is of a wrong type",
		() => new TableWidget({ title: "x", columns: ["a"], dataSource: { query: "rate(a)" } }),
		/^TableWidget: dataSource.query: 1:6: parse error: expected type range vector/,
	],
	["both", () => new ChartWidget({ title: "x", metrics: ["a"], query: "b" }), /^ChartWidget: write metrics, or query with PromQL/],
	["nothing at all", () => new ChartWidget(wrong(undefined as never)), /^ChartWidget: /],
	["no metrics", () => new ChartWidget({ title: "x", metrics: [] }), /^ChartWidget: metrics: /],
	[
		"a chart type nobody draws",
		() => new ChartWidget(wrong({ title: "x", metrics: ["a"], chartType: "pie" })),
		/^ChartWidget: chartType: /,
	],
	["a range that is none", () => new ChartWidget({ title: "x", metrics: ["a"], timeRange: "banana" }), /timeRange: a duration is a number/],
	[
		"Python's name of an option",
		() => new ChartWidget(wrong({ title: "x", metrics: ["a"], time_range: "1h" })),
		/"time_range"; did you mean timeRange\?/,
	],
	[
		"an unknown option",
		() => new TableWidget(wrong({ title: "x", columns: ["a"], colour: 1 })),
		/"colour"; the options are title, columns/,
	],
	["a place, which the page gives", () => new ChartWidget(wrong({ title: "x", metrics: ["a"], position: [0, 0] })), /"position"/],
	["a gauge without room", () => new GaugeWidget({ title: "x", metric: "a", minValue: 5, maxValue: 5 }), /minValue is below maxValue/],
	["an infinite gauge", () => new GaugeWidget({ title: "x", metric: "a", maxValue: Number.POSITIVE_INFINITY }), /maxValue: /],
	["a level nobody logs", () => new LogWidget(wrong({ title: "x", filterLevel: "LOUD" })), /^LogWidget: filterLevel: /],
])("a widget with %s is refused", (_, make, words) => expect(make).toThrow(words));

describe("the layout", () => {
	test("keeps widgets in order, with their places", () => {
		const layout = new DashboardLayout();
		layout.addWidget(chart("one"), [0, 0]);
		layout.addWidget(chart("two"));
		layout.addPage("custom", "Custom", [chart("three"), new TableWidget({ title: "four", columns: ["name"] })]);
		expect(layout.current.widgets.map(({ title, position }) => [title, position])).toEqual([
			["one", [0, 0]],
			["two", undefined],
		]);
		expect(layout.current.pages[0]?.widgets.map(({ title }) => title)).toEqual(["three", "four"]);
	});

	class Custom extends Widget {}
	/** One that knows its place. */
	class Placed extends Widget {
		inner: ChartWidget;
		constructor(title: string, inner: ChartWidget) {
			super(title);
			this.inner = inner;
		}
		override spec() {
			return { ...this.inner.spec(), position: [1, 1] as [number, number] };
		}
	}

	test.each<[string, (layout: DashboardLayout) => void, RegExp]>([
		["a place that is taken", (layout) => layout.addWidget(chart("new"), [0, 1]), /"new" cannot stand at \[0, 1\]: "old" stands there/],
		[
			"two at one place of a page",
			(layout) =>
				layout.addPage("new", "N", [
					new Placed("left", new ChartWidget({ title: "left", metrics: ["a"] })),
					new Placed("right", new ChartWidget({ title: "right", metrics: ["a"] })),
				]),
			/addPage: widgets: "left" and "right" both stand at \[1, 1\]; give one of them another place/,
		],
		["a place off the grid", (layout) => layout.addWidget(chart("new"), [0, 12]), /addWidget: position: /],
		["half a place", (layout) => layout.addWidget(chart("new"), wrong([0])), /addWidget: position: /],
		["an object that is no widget", (layout) => layout.addWidget(wrong({ title: "x" })), /a widget is an object of a widget class/],
		["a widget that draws nothing", (layout) => layout.addWidget(new Custom("mine")), /Custom "mine" does not say what to draw/],
		["a built-in page's name", (layout) => layout.addPage("workers", "W", []), /name: a page name must not be one of .*workers/],
		["the API's name", (layout) => layout.addPage("api", "A", []), /name: a page name must not be one of .*api/],
		["a name that is no path", (layout) => layout.addPage("My Page", "M", []), /name: a page name has lower-case letters/],
		["a name that is taken", (layout) => layout.addPage("mine", "Second", []), /"Second" cannot be called "mine": the page "First" is/],
		["no list of widgets", (layout) => layout.addPage("new", "N", wrong(chart("x"))), /the widgets of "new" are a list/],
	])("refuses %s and is as before", (_, change, words) => {
		const layout = new DashboardLayout();
		layout.addWidget(chart("old"), [0, 1]);
		layout.addPage("mine", "First", []);
		const before = layout.current;
		expect(() => change(layout)).toThrow(words);
		expect(layout.current).toBe(before);
	});
});

describe("the configuration", () => {
	test("has the specification's defaults, but the theme follows the reader's system", () => {
		expect({ ...new DashboardConfig() }).toEqual({
			title: "HiveFrame Dashboard",
			theme: "system",
			refreshIntervalMs: 5000,
			authEnabled: false,
			readonly: false,
		});
	});

	test("keeps its options", () => {
		const given = {
			title: "Production Monitor",
			theme: "light",
			refreshIntervalMs: 2000,
			authEnabled: true,
			authUsers: { admin: "secure_password" },
			readonly: true,
			customCss: "https://example.com/x.css",
			logoUrl: "/logo.svg",
		} as const;
		expect({ ...new DashboardConfig(given) }).toEqual(given);
	});

	test.each([
		[{ theme: "blue" }, /^DashboardConfig: theme: theme is "dark", "light" or "system"/],
		[{ refreshIntervalMs: 10 }, /refreshIntervalMs is at least 250 ms/],
		[{ refresh_interval_ms: 2000 }, /"refresh_interval_ms"; did you mean refreshIntervalMs\?/],
		[{ customCss: "javascript:alert(1)" }, /customCss: write a whole http\(s\) URL/],
		[{ title: "" }, /title: /],
	])("refuses %j", (options, words) => expect(() => new DashboardConfig(wrong(options))).toThrow(words));

	test("a wrong password is not repeated", () => {
		const make = () => new DashboardConfig(wrong({ authUsers: { admin: 12345678 } }));
		expect(make).toThrow(/authUsers\.admin: a password is text/);
		expect(make).not.toThrow(/12345678/);
	});
});

test("every kind of widget has a component, and all but custom ones a class", () => {
	const folder = new URL("../../web/widgets/", import.meta.url);
	const drawn = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/widget.tsx`, folder)));
	expect(drawn.sort()).toEqual(Object.keys(WIDGETS).sort());
	const classes = Object.keys(widgets).filter((name) => name !== "Widget");
	expect(classes.map((name) => name.replace(/Widget$/, "").toLowerCase()).sort()).toEqual(drawn.filter((kind) => kind !== "custom"));
});
