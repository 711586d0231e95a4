/** Which queries a page asks: the cluster answers them in the first HTML, the browser watches them afterwards. */
import * as v from "valibot";
import type { BuiltInPage, Layout, WidgetSpec } from "./layout.ts";
import { Query, type QueryInput } from "./view.ts";

/** What the shell around every page shows. Always the first two answers of a page, in this order. */
const SHELL: QueryInput[] = [{ kind: "cluster" }, { kind: "layout" }];

const BUILT_IN: Record<BuiltInPage, QueryInput[]> = {
	overview: [
		{ kind: "metrics", selectors: ["cpu_percent", "memory_mb"], range: "15m", points: 180 },
		{ kind: "workers", limit: 100 },
		{ kind: "tasks", limit: 20 },
		{ kind: "errors", limit: 20 },
		{ kind: "checks", limit: 50 },
		{ kind: "marks", limit: 20 },
	],
	workers: [
		{ kind: "workers", limit: 100 },
		{ kind: "metrics", selectors: ["cpu_percent"], range: "5m", points: 30, fold: "each" },
		{ kind: "metrics", selectors: ["memory_mb"], range: "5m", points: 30, fold: "each" },
	],
	tasks: [
		{ kind: "tasks", limit: 100 },
		{ kind: "kinds", limit: 100 },
		{ kind: "ended", limit: 100 },
		{ kind: "metrics", selectors: ["tasks_queued"], range: "15m", points: 180 },
	],
	streaming: [
		{ kind: "streams", limit: 100 },
		{ kind: "metrics", selectors: ["stream_records_total"], range: "15m", points: 180, fold: "each", aggregation: "rate" },
		{ kind: "metrics", selectors: ["stream_lag_seconds"], range: "15m", points: 180, fold: "each" },
	],
	metrics: [{ kind: "series", limit: 500 }],
};

/** What one widget asks. Its answer stands at the widget's place after the page's own. */
export function widgetQuery(widget: WidgetSpec): QueryInput {
	switch (widget.kind) {
		case "metric":
			return {
				kind: "metrics",
				selectors: [widget.metric],
				range: "15m",
				points: 60,
				...(widget.aggregation && { aggregation: widget.aggregation }),
			};
		case "chart":
			return {
				kind: "metrics",
				selectors: widget.metrics,
				range: widget.timeRange,
				points: 180,
				...(widget.aggregation && { aggregation: widget.aggregation }),
			};
		case "gauge":
			return { kind: "metrics", selectors: [widget.metric], range: "5m", points: 1 };
		case "table":
			return { kind: widget.dataSource === "metrics" ? "series" : widget.dataSource };
		case "status":
			return { kind: "checks" };
		case "log":
			return {
				kind: "logs",
				limit: widget.maxLines,
				...(widget.filterLevel && { level: widget.filterLevel }),
				...(widget.sources && { sources: widget.sources }),
			};
	}
}

/** How many of a page's answers come before its widgets' answers. */
export function widgetsStart(name: string): number {
	return SHELL.length + (BUILT_IN[name as BuiltInPage]?.length ?? 0);
}

/** Widgets of a page: a custom page's own, or those added to Overview. */
export function pageWidgets(name: string, layout: Layout): WidgetSpec[] {
	if (name === "overview") return layout.widgets;
	return layout.pages.find((page) => page.name === name)?.widgets ?? [];
}

/** @returns the page's queries (shell, own, widgets in order), or undefined where there is no such page. */
export function planPage(name: string, layout: Layout): Query[] | undefined {
	const own = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name as BuiltInPage] : undefined;
	if (!own && !layout.pages.some((page) => page.name === name)) return undefined;
	return [...SHELL, ...(own ?? []), ...pageWidgets(name, layout).map(widgetQuery)].map((query) => v.parse(Query, query));
}
