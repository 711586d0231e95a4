/** Which queries a page asks: the cluster answers them in the first HTML, the browser watches them afterwards. */
import * as v from "valibot";
import type { BuiltInPage, Layout, WidgetSpec } from "./layout.ts";
import { Query, type QueryInput, type QueryKind } from "./view.ts";

/** What the shell around every page shows. Always the first two answers of a page, in this order. */
const SHELL: QueryInput[] = [{ kind: "cluster" }, { kind: "layout" }];

/** Each built-in page's own queries by what the page calls them, in the order of their answers. */
const BUILT_IN = {
	overview: {
		cpu: { kind: "metrics", selectors: ["cpu_percent"], range: "15m", points: 180, fold: "avg" },
		cpuPeak: { kind: "metrics", selectors: ["cpu_percent"], range: "15m", points: 180, fold: "max" },
		memory: { kind: "metrics", selectors: ["memory_mb"], range: "15m", points: 180, fold: "sum" },
		tasks: { kind: "tasks", limit: 20 },
		errors: { kind: "errors", limit: 20 },
		checks: { kind: "checks", limit: 50 },
		marks: { kind: "marks", limit: 20 },
	},
	workers: {
		workers: { kind: "workers", limit: 100 },
		cpu: { kind: "metrics", selectors: ["cpu_percent"], range: "5m", points: 30, fold: "each" },
		memory: { kind: "metrics", selectors: ["memory_mb"], range: "5m", points: 30, fold: "each" },
		commands: { kind: "commands", limit: 20 },
	},
	tasks: {
		tasks: { kind: "tasks", limit: 100 },
		kinds: { kind: "kinds", limit: 100 },
		failed: { kind: "ended", limit: 30, status: "failed" },
		ended: { kind: "ended", limit: 100 },
		queued: { kind: "metrics", selectors: ["tasks_queued"], range: "15m", points: 180 },
	},
	streaming: {
		streams: { kind: "streams", limit: 100 },
		throughput: {
			kind: "metrics",
			selectors: ["stream_records_total"],
			range: "15m",
			points: 180,
			fold: "each",
			aggregation: "rate",
		},
		lag: { kind: "metrics", selectors: ["stream_lag_seconds"], range: "15m", points: 180, fold: "each" },
	},
	metrics: { series: { kind: "series", limit: 500 } },
} satisfies Record<BuiltInPage, Record<string, QueryInput>>;

type Own<P extends BuiltInPage> = (typeof BUILT_IN)[P];
/** The kind of answer a built-in page gets under a name. */
export type OwnKind<P extends BuiltInPage, N extends keyof Own<P>> = Own<P>[N] extends { kind: infer K } ? K & QueryKind : never;

/** Where a built-in page's answer of this name stands among the page's answers. */
export function ownAnswer<P extends BuiltInPage>(page: P, name: keyof Own<P> & string): number {
	return SHELL.length + Object.keys(BUILT_IN[page]).indexOf(name);
}

function ownQueries(page: string): QueryInput[] | undefined {
	return Object.hasOwn(BUILT_IN, page) ? Object.values(BUILT_IN[page as BuiltInPage]) : undefined;
}

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
				// A bar needs some width to be one.
				points: widget.chartType === "bar" ? 40 : 180,
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
	return SHELL.length + (ownQueries(name)?.length ?? 0);
}

/** Widgets of a page: a custom page's own, or those added to Overview. */
export function pageWidgets(name: string, layout: Layout): WidgetSpec[] {
	if (name === "overview") return layout.widgets;
	return layout.pages.find((page) => page.name === name)?.widgets ?? [];
}

/** @returns the page's queries (shell, own, widgets in order), or undefined where there is no such page. */
export function planPage(name: string, layout: Layout): Query[] | undefined {
	const own = ownQueries(name);
	if (!own && !layout.pages.some((page) => page.name === name)) return undefined;
	return [...SHELL, ...(own ?? []), ...pageWidgets(name, layout).map(widgetQuery)].map((query) => v.parse(Query, query));
}
