/** Indexes of a page's answers: the part of the plan that the browser needs. `page-queries.ts` has the queries. */

import type { Query } from "../query/query.ts";
import type { BuiltInPage, Layout, WidgetSpec } from "../wire/layout.ts";

/** Answers of the shell around every page, `cluster` and `layout`: always the first two. */
const SHELL_ANSWERS = 2;

/** Each built-in page's own answers by what the page calls them, in their order. */
const OWN = {
	overview: [
		"comb",
		"cpu",
		"cpuPeak",
		"memory",
		"ended",
		"records",
		"queued",
		"tasks",
		"errors",
		"checks",
		"marks",
		"hive",
		"dances",
		"pheromones",
	],
	workers: ["comb", "workers", "cpu", "memory", "commands"],
	tasks: ["tasks", "kinds", "failed", "ended", "queued", "task", "marks"],
	streaming: ["streams", "throughput", "lag", "throughputOfAll", "lagOfWorst", "marks"],
	metrics: ["names", "marks"],
} as const satisfies Record<BuiltInPage, readonly string[]>;
export type OwnName<P extends BuiltInPage> = (typeof OWN)[P][number];

/** Index of a built-in page's answer of this name. */
export function ownAnswer<P extends BuiltInPage>(page: P, name: OwnName<P>): number {
	return SHELL_ANSWERS + ownNames(page).indexOf(name);
}

export function ownNames(page: string): readonly string[] {
	return Object.hasOwn(OWN, page) ? OWN[page as BuiltInPage] : [];
}

/** Number of a page's answers before those of its widgets. */
export function widgetsStart(name: string): number {
	return SHELL_ANSWERS + ownNames(name).length;
}

/** A table that the cluster sorts and filters: the rows on a page are a window of all there are. */
export type WindowedQuery = Extract<Query, { offset?: unknown }>;
const WINDOWED: Record<WindowedQuery["kind"], true> = { workers: true, tasks: true, streams: true, checks: true, series: true };
export const isWindowed = (kind: string): kind is WindowedQuery["kind"] => Object.hasOwn(WINDOWED, kind);

/** Default time range of a query's table. */
export const TABLE_RANGE = "5m";

/** Ids of all custom widgets of a layout. */
export function customWidgets({ widgets, pages }: Layout): string[] {
	const all = [...widgets, ...pages.flatMap((page) => page.widgets)];
	return all.flatMap((widget) => (widget.kind === "custom" ? widget.id : []));
}

/** Widgets of a page: a custom page's own, or those added to Overview. */
export function pageWidgets(name: string, layout: Layout): WidgetSpec[] {
	if (name === "overview") return layout.widgets;
	return layout.pages.find((page) => page.name === name)?.widgets ?? [];
}
