/** The pages by their names, and which widgets each has: the part of the plan that browser and cluster need too. */
import { onlySeries, type Reported, type ReportedKind } from "../query/reported.ts";
import type { Layout } from "../wire/layout.ts";
import type { WidgetSpec } from "../wire/widgets/widgets.ts";

const WORKER = "workers/";
const STREAM = "streaming/";

/** A worker's page by its name, `workers/{id}`, and a stream's, `streaming/{id}`. No other page has a slash in its name. */
export const workerPage = (id: string): string => WORKER + id;
export const streamPage = (id: string): string => STREAM + id;

/** @returns the id, undefined where it is no page of a worker, or of a stream. */
export const workerOf = (page: string): string | undefined => after(WORKER, page);
export const streamOf = (page: string): string | undefined => after(STREAM, page);

const after = (start: string, page: string) => (page.startsWith(start) ? page.slice(start.length) : undefined);

const LISTS: Record<string, ReportedKind> = { workers: "workers", tasks: "tasks", streaming: "streams" };

/** @returns what this built-in page lists and its colony, which reports other things, never has */
export function lacking(page: string, reported: Reported): ReportedKind | undefined {
	const kind = Object.hasOwn(LISTS, page) ? LISTS[page] : undefined;
	return kind !== undefined && reported[kind] === undefined && Object.keys(reported).length > 0 ? kind : undefined;
}

/** Overview of a colony that reports series alone shows these. */
export const isOfSeries = (page: string, reported: Reported): boolean => page === "overview" && onlySeries(reported);

/** Widgets of a page: a custom page's own, or those added to Overview. */
export function pageWidgets(name: string, layout: Layout): WidgetSpec[] {
	if (name === "overview") return layout.widgets;
	return layout.pages.find((page) => page.name === name)?.widgets ?? [];
}

const WIDGET = "widget.";
export type WidgetAnswer = `widget.${number}`;

/** The name of a widget's answer. @param index among the page's widgets, from 0 */
export const widgetAnswer = (index: number): WidgetAnswer => `${WIDGET}${index + 1}`;
export const isWidgetAnswer = (name: string): boolean => name.startsWith(WIDGET);

/** Ids of all custom widgets of a layout. */
export function customWidgets({ widgets, pages }: Layout): string[] {
	const all = [...widgets, ...pages.flatMap((page) => page.widgets)];
	return all.flatMap((widget) => (widget.kind === "custom" ? widget.id : []));
}
