/** Which queries a page asks: the cluster answers them in the first HTML, the browser watches them afterwards. */
import * as v from "valibot";
import { Query, type QueryInput, type TaskFilter } from "../query/query.ts";
import { type BuiltInPage, durationMs, type Layout, type TableSource, type WidgetSpec } from "../wire/layout.ts";
import type { SeriesDefinition } from "../wire/series.ts";
import { exploreQueries } from "./explore.ts";
import { type PageView, rowsSeen } from "./page-view.ts";
import { isWindowed, type OwnName, ownNames, pageWidgets, TABLE_RANGE } from "./plan.ts";
import { streamOf, streamQueries } from "./stream-page.ts";
import { workerNumbers } from "./worker-numbers.ts";
import { workerOf, workerQueries } from "./worker-page.ts";

/** Queries of the shell around every page: always the first two answers, in this order. */
const SHELL: QueryInput[] = [{ kind: "cluster" }, { kind: "layout" }];

/** One line a stream for the rows, and all streams in one for those that are many. */
const STREAM_CHARTS = {
	throughput: {
		kind: "metrics",
		selectors: ["stream_records_total"],
		range: "15m",
		points: 60,
		fold: "each",
		aggregation: "rate",
	},
	lag: { kind: "metrics", selectors: ["stream_lag_seconds"], range: "15m", points: 60, fold: "each" },
	throughputOfAll: {
		kind: "metrics",
		selectors: ["stream_records_total"],
		range: "15m",
		points: 180,
		fold: "sum",
		aggregation: "rate",
	},
	lagOfWorst: { kind: "metrics", selectors: ["stream_lag_seconds"], range: "15m", points: 180, fold: "max", aggregation: "max" },
} satisfies Record<string, QueryInput>;

/** Annotations on the time axes of charts. */
const MARKS: QueryInput = { kind: "marks", limit: 50 };
const ERRORS: QueryInput = { kind: "errors", limit: 50, brief: true };

/** Query of each list; a table has 100 rows by default. */
const BUILT_IN = {
	overview: {
		comb: { kind: "comb" },
		cpu: { kind: "metrics", selectors: ["cpu_percent"], range: "15m", points: 180, fold: "avg" },
		cpuPeak: { kind: "metrics", selectors: ["cpu_percent"], range: "15m", points: 180, fold: "max" },
		memory: { kind: "metrics", selectors: ["memory_mb"], range: "15m", points: 180, fold: "sum" },
		ended: {
			kind: "metrics",
			selectors: ["tasks_completed", "tasks_total", "tasks_failed"],
			range: "15m",
			points: 90,
			fold: "sum",
			aggregation: "rate",
		},
		records: { kind: "metrics", selectors: ["stream_records_total"], range: "15m", points: 90, fold: "sum", aggregation: "rate" },
		queued: { kind: "metrics", selectors: ["tasks_queued"], range: "15m", points: 90, fold: "sum" },
		tasks: { kind: "tasks", limit: 20 },
		errors: { kind: "errors", limit: 20 },
		checks: { kind: "checks", limit: 50 },
		marks: { kind: "marks", limit: 20 },
		hive: {
			kind: "metrics",
			selectors: ["colony_temperature", "dance_vigor", "food_sources"],
			range: "15m",
			points: 60,
			fold: "avg",
		},
		dances: { kind: "metrics", selectors: ["waggle_dances_total"], range: "15m", points: 60, fold: "sum", aggregation: "rate" },
		pheromones: { kind: "metrics", selectors: ["pheromone_level"], range: "5m", points: 1, fold: "each" },
	},
	workers: {
		comb: { kind: "comb" },
		workers: { kind: "workers" },
		cpu: { kind: "metrics", selectors: ["cpu_percent"], range: "5m", points: 30, fold: "each" },
		memory: { kind: "metrics", selectors: ["memory_mb"], range: "5m", points: 30, fold: "each" },
		commands: { kind: "commands", limit: 20 },
	},
	tasks: {
		tasks: { kind: "tasks" },
		kinds: { kind: "kinds" },
		failed: { kind: "ended", limit: 30, status: "failed" },
		ended: { kind: "ended" },
		queued: { kind: "metrics", selectors: ["tasks_queued"], range: "15m", points: 180, fold: "sum" },
		task: { kind: "task" },
		marks: MARKS,
	},
	streaming: {
		streams: { kind: "streams" },
		...STREAM_CHARTS,
		marks: MARKS,
	},
} satisfies { [P in Exclude<BuiltInPage, "metrics">]: Record<OwnName<P>, QueryInput> };

function ownQueries(page: string, view: PageView): QueryInput[] | undefined {
	// It asks no cluster's state: what it shows goes only to those who may see it, by its own route.
	if (page === "audit") return [];
	if (page === "metrics") return exploreQueries(view);
	if (!Object.hasOwn(BUILT_IN, page)) return undefined;
	const queries: Record<string, QueryInput> = BUILT_IN[page as keyof typeof BUILT_IN];
	return ownNames(page).flatMap((name) => queries[name] ?? []);
}

/** Of the page of one worker or one stream. */
function queriesOfOne(page: string, view: PageView, series: readonly SeriesDefinition[]): QueryInput[] | undefined {
	const worker = workerOf(page);
	if (worker !== undefined) {
		const { sort, descending, filter } = rowsSeen(view);
		const order = { ...(sort !== undefined && { sort }), ...(descending && { descending }), ...(filter !== undefined && { filter }) };
		return workerQueries(worker, workerNumbers(worker, series)).map((query) => ("around" in query ? { ...query, ...order } : query));
	}
	const stream = streamOf(page);
	return stream === undefined ? undefined : streamQueries(stream, view.operator);
}

/** Query of one widget. Its answer follows the page's own, at the widget's index. */
export function widgetQuery(widget: WidgetSpec): QueryInput {
	switch (widget.kind) {
		case "metric":
			return {
				kind: "metrics",
				selectors: [widget.metric],
				range: "15m",
				points: 60,
				fold: "together",
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
			return tableQuery(widget.dataSource);
		case "status":
			return { kind: "checks", limit: CHECKS, changes: CHECK_CHANGES, ...(widget.checks.length > 0 && { ids: widget.checks }) };
		case "custom":
			// The frame fetches its own; what changes is asked for while it is in sight.
			return { kind: "html", id: widget.id, content: false };
		case "log":
			return {
				kind: "logs",
				limit: widget.maxLines,
				...(widget.filterLevel && { level: widget.filterLevel }),
				...(widget.sources && { sources: widget.sources }),
			};
	}
}

/** Checks of a status widget, as many as it may name, and changes of each. */
const CHECKS = 200;
const CHECK_CHANGES = 20;

function tableQuery(source: TableSource): QueryInput {
	if (typeof source === "string") return { kind: source === "metrics" ? "series" : source };
	const { metrics, aggregation, timeRange } = source;
	return { kind: "series", selectors: metrics, range: timeRange ?? TABLE_RANGE, ...(aggregation && { aggregation }) };
}

/** Pages that are about one table, which the address speaks of without a number. */
const WITH_TABLE: ReadonlySet<string> = new Set<BuiltInPage>(["workers", "streaming", "tasks"]);

/** The page's own table as it is looked at, and the comb that dims what the table leaves out. */
function besideTable(view: PageView, query: QueryInput): QueryInput {
	if (query.kind === "comb") return view.filter ? { ...query, filter: view.filter } : query;
	return isWindowed(query.kind) ? { ...query, ...rowsSeen(view) } : query;
}

/** Which ended tasks an address means. With an end, those of the time it shows. */
function historyOf({ range, end, status, name, worker, text, order, after }: PageView): Partial<TaskFilter> {
	return {
		...(status && { status }),
		...(name && { name }),
		...(worker && { worker }),
		...(text && { text }),
		...(order && { order }),
		...(after && { after: Number(after) }),
		...(end !== undefined && { until: end }),
		...(end !== undefined && range !== undefined && { since: Math.max(0, end - durationMs(range)) }),
	};
}

/** A query of a page that is looked at in this way. */
function seenThrough(view: PageView, query: QueryInput): QueryInput {
	const { range, end, comb } = view;
	if (query.kind === "task") return view.task ? { ...query, id: view.task } : query;
	// The history of all; a list of one status or one worker is that whatever the address says.
	if (query.kind === "ended" && query.status === undefined && query.worker === undefined) return { ...query, ...historyOf(view) };
	if (query.kind === "comb") return comb ? { ...query, metric: comb } : query;
	if (query.kind === "errorCounts") return { ...query, ...(range && { range }), ...(end !== undefined && { end }) };
	if (query.kind !== "metrics") return query;
	// One point is the newest value: it has no range to choose.
	return { ...query, ...(range && query.points !== 1 && { range }), ...(end !== undefined && { end }) };
}

/**
 * @param name a built-in page's, a custom page's, `workers/{id}` or `streaming/{id}`
 * @param view how it is looked at
 * @param series of a worker's page: those that carry its label
 * @returns the page's queries (shell, own, widgets in order), or undefined where there is no such page.
 */
export function planPage(name: string, layout: Layout, view: PageView = {}, series: readonly SeriesDefinition[] = []): Query[] | undefined {
	const own = queriesOfOne(name, view, series) ?? ownQueries(name, view);
	if (!own && !layout.pages.some((page) => page.name === name)) return undefined;
	const widgets = pageWidgets(name, layout);
	const asked = [
		...SHELL,
		...(own ?? []).map((query) => (WITH_TABLE.has(name) ? besideTable(view, query) : query)),
		...widgets.map((widget, i) => {
			const query = widgetQuery(widget);
			return widget.kind === "table" && isWindowed(query.kind) ? { ...query, ...rowsSeen(view, i + 1) } : query;
		}),
	];
	// Last, so that a widget's answer stands where it always does.
	if (widgets.some(({ kind }) => kind === "chart")) {
		for (const events of [ERRORS, MARKS]) if (!asked.some(({ kind }) => kind === events.kind)) asked.push(events);
	}
	if (ofCluster(name) && asked.some(({ kind }) => kind === "metrics")) asked.push({ kind: "errorCounts", range: longest(asked) });
	return asked.map((query) => v.parse(Query, seenThrough(view, query)));
}

/** The page of one worker or stream marks its own errors. */
const ofCluster = (name: string): boolean => workerOf(name) === undefined && streamOf(name) === undefined;

/** The range of the chart of a page that shows most. */
function longest(asked: readonly QueryInput[]): string {
	const ranges = asked.flatMap((query) => (query.kind === "metrics" && query.points !== 1 ? query.range : []));
	return ranges.reduce((most, range) => (durationMs(range) > durationMs(most) ? range : most), "15m");
}
