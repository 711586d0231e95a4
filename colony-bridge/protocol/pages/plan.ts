/** The plan of a page: all of its queries by name. The cluster answers them in the first HTML, and the browser watches them afterwards. */
import * as v from "valibot";
import { Query, type QueryInput } from "../query/query.ts";
import type { Reported } from "../query/reported.ts";
import { isWindowed } from "../query/row-filter.ts";
import type { Snapshot } from "../query/view.ts";
import { durationMs } from "../wire/duration.ts";
import type { Layout } from "../wire/layout.ts";
import { widgetOf } from "../wire/widgets/widgets.ts";
import { type ClusterFacts, EVENTS, ownQueries, SHELL } from "./page-queries.ts";
import { type PageView, rowsSeen } from "./page-view.ts";
import { pageWidgets, streamOf, widgetAnswer, workerOf } from "./pages.ts";

/** A page's queries by name. Its answers come in the same order. */
export type Plan = Record<string, Query>;

/** All that a page is drawn from. */
export interface PageData {
	/** 0: no bridge has ever pushed to this cluster. */
	position: number;
	reported: Reported;
	layout: Layout;
	queries?: Plan;
	snapshot?: Snapshot;
}

/**
 * @param name a built-in page's, a custom page's, `workers/{id}` or `streaming/{id}`
 * @param view how it is looked at
 * @param known facts of the cluster that the plan depends on
 * @returns undefined where there is no such page
 */
export function planPage(name: string, layout: Layout, view: PageView = {}, known: ClusterFacts = {}): Plan | undefined {
	const own = ownQueries(name, view, known);
	if (!own && !layout.pages.some((page) => page.name === name)) return undefined;
	const widgets = pageWidgets(name, layout);
	const queries: Record<string, QueryInput> = { ...SHELL, ...(widgets.some((widget) => widgetOf(widget).marked) && EVENTS), ...own };
	for (const [i, widget] of widgets.entries()) {
		const { query, windowed } = widgetOf(widget);
		const own: QueryInput = query(widget);
		queries[widgetAnswer(i)] = windowed && isWindowed(own.kind) ? { ...own, ...rowsSeen(view, i + 1) } : own;
	}
	const range = longest(Object.values(queries));
	// The page of one worker or stream marks its own errors.
	if (range && workerOf(name) === undefined && streamOf(name) === undefined) queries.errorCounts = { kind: "errorCounts", range };
	return Object.fromEntries(Object.entries(queries).map(([name, query]) => [name, v.parse(Query, overTime(view, query))]));
}

/** The same query over the time that the address says. One point is the newest value: it has no range to choose. */
function overTime({ range, end: chosenEnd, at }: PageView, query: QueryInput): QueryInput {
	// Nothing on a page is newer than the instant that it stands at.
	const end = at === undefined || chosenEnd === undefined ? chosenEnd : Math.min(chosenEnd, at);
	if (query.kind !== "metrics" && query.kind !== "promql" && query.kind !== "errorCounts") return query;
	const chosen = range && !("points" in query && query.points === 1);
	return { ...query, ...(chosen && { range }), ...(end !== undefined && { end }) };
}

/** The range of the chart that shows most, 15 min at least; undefined where there is no chart. */
function longest(queries: readonly QueryInput[]): string | undefined {
	const charts = queries.filter((query) => query.kind === "metrics" || query.kind === "promql");
	if (charts.length === 0) return undefined;
	const ranges = charts.flatMap(({ points, range }) => (points === 1 ? [] : range));
	return ranges.reduce((most, range) => (durationMs(range) > durationMs(most) ? range : most), "15m");
}
