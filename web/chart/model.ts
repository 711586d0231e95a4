/** The model of a chart, from an answer: named lines of one unit. */
import { isUp } from "../../colony-bridge/protocol/query/instant-metric.ts";
import type { Metrics, SeriesColumn } from "../../colony-bridge/protocol/query/view.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import { madeOf } from "../format/aggregation.ts";
import { AGO, ageOf, isInstant, unitOf } from "../format/number.ts";
import { SPACE } from "../format/text.ts";

export type ChartKind = "line" | "area" | "bar";

export interface Line {
	/** Its selector, if it comes from an answer. */
	key: string;
	name: string;
	/** Absent if it is not part of a sum. */
	metric?: string;
	values: readonly (number | null)[];
}

export interface ChartModel {
	/** Instants of the columns, ms. */
	start: number;
	step: number;
	length: number;
	/** The instant of the last column if its step is not over, ms: {@link untilNow}. */
	end?: number;
	unit: string | undefined;
	lines: Line[];
	/** Number of further lines. */
	left: number;
	/** The aggregation of its lines, if their names lack it: `each, per second`. */
	read?: string;
	/** Values are rates: the first needs a complete step. */
	rates?: boolean;
}

/** A chart with its title. */
export interface Drawing {
	title: string;
	/** Names of the metrics, if the title is another. */
	about?: string;
	kind: ChartKind;
	model: ChartModel;
}

/** A name that distinguishes the series of a chart: the metric if metrics differ, else the labels that do; and the aggregation. */
export function nameOf(column: SeriesColumn, all: readonly SeriesColumn[]): string {
	const made = isEach(column, all) ? "" : madeOf(column);
	return made ? `${ownName(column, all)}, ${made}` : ownName(column, all);
}

/** One of several lines that are a series each: their aggregation is stated once. */
const isEach = (column: SeriesColumn, all: readonly SeriesColumn[]): boolean => all.length > 1 && column.across === undefined;

/** Labels of several series: those that all share, and the names of those by which they differ. */
function labelsOf(all: readonly SeriesColumn[]): { shared: [name: string, value: string][]; differing: string[] } {
	const names = new Set(all.flatMap(({ labels = {} }) => Object.keys(labels)));
	const values = new Map([...names].map((name) => [name, new Set(all.map(({ labels = {} }) => labels[name]))]));
	const shares = ([, of]: [string, Set<string | undefined>]) => of.size === 1;
	return {
		shared: [...values].filter(shares).map(([name, of]) => [name, [...of][0] as string]),
		differing: [...values].filter((entry) => !shares(entry)).map(([name]) => name),
	};
}

/** Stated once for all lines: their aggregation, the label by which they differ, the labels that they share. */
function readOf(columns: readonly SeriesColumn[]): { read?: string } {
	const [first] = columns;
	if (!first || columns.length < 2) return {};
	const words = isEach(first, columns) && columns.every(({ aggregation, across }) => !across && aggregation === first.aggregation);
	const made = words ? madeOf(first) : "";
	const { shared, differing } = labelsOf(columns);
	const by = differing.length === 1 && columns.every(({ name }) => name === first.name) ? `by ${differing[0]}` : "";
	const read = [made && `each ${made}`, by, ...shared.map(([name, value]) => `${name}=${value}`)].filter(Boolean).join(" · ");
	return read ? { read } : {};
}

/** Several labels that differ have their names; a single one has its value alone, for its name is stated once. */
function ownName(column: SeriesColumn, all: readonly SeriesColumn[]): string {
	const labels = column.labels ?? {};
	if (Object.keys(labels).length === 0) return column.name;
	if (all.length === 1) return seriesKey(column.name, column.labels);
	const { differing } = labelsOf(all);
	const metric = all.every(({ name }) => name === column.name) ? [] : [column.name];
	const own = differing.filter((name) => Object.hasOwn(labels, name));
	const named =
		metric.length === 0 && differing.length === 1 ? own.map((name) => labels[name]) : own.map((name) => `${name}=${labels[name]}`);
	return [...metric, ...named].join(" ") || column.name;
}

export const newest = (values: readonly (number | null)[]): number | undefined => values[lastKnown(values)] ?? undefined;

/** The column of the latest value; -1: none. */
const lastKnown = (values: readonly (number | null)[]): number => values.findLastIndex((value) => typeof value === "number");

/** Empty columns at a line's end that are normal: one incomplete, one late. */
const LATE = 2;

/** Age of the latest value of a line that ended before the others, ms; undefined: it has not ended. */
export function staleFor(values: readonly (number | null)[], step: number): number | undefined {
	const missing = values.length - 1 - lastKnown(values);
	return missing > LATE ? missing * step : undefined;
}

/** The unit of its drawn values: per second for rates, age for instants. */
export const unitOfColumn = ({ unit, name, aggregation, across }: SeriesColumn): string | undefined => {
	if (isInstant(name, aggregation)) return AGO;
	if (isUp(name) && across?.fold === "sum" && across.series > 1) return `of${SPACE}${across.series}`;
	const own = unit ?? unitOf(name);
	return aggregation === "rate" ? `${own ?? ""}/s` : own;
};

/** The model from an instant on: charts of a young colony start at its first value and grow together to their full time range. */
export function modelSince(model: ChartModel, begin: number): ChartModel {
	const known = Math.floor((begin - model.start) / model.step);
	// One column before, so that the start of a line is visible.
	const first = Number.isFinite(known) ? Math.min(known, model.length - 1) - 1 : 0;
	if (first <= 0) return model;
	const lines = model.lines.map((line) => ({ ...line, values: line.values.slice(first) }));
	return { ...model, start: instantOf(model, first), length: model.length - first, lines };
}

/** A chart that ends at the present: the value of an unfinished step is at the newest instant. Two columns have no room for that. */
export function untilNow(model: ChartModel, now: number): ChartModel {
	const over = endOf(model);
	return now >= over || model.length < 3 ? model : { ...model, end: Math.max(Math.floor(now), over - model.step + 1) };
}

/** One model per unit. */
export function chartModels(metrics: Metrics): ChartModel[] {
	const byUnit = Map.groupBy(metrics.series, unitOfColumn);
	return [...byUnit].map(([unit, columns]) => ({
		start: metrics.start,
		step: metrics.step,
		length: metrics.length,
		unit,
		lines: columns.map((column) => ({
			key: column.key,
			name: nameOf(column, columns),
			metric: column.name,
			values: shown(column, metrics),
		})),
		left: metrics.omitted,
		...(columns.every(({ aggregation }) => aggregation === "rate") && { rates: true }),
		...readOf(columns),
	}));
}

/** With names of the page's own. They, the title and the unit say what the legend would state once. */
export const named = (model: ChartModel, nameOf: (line: Line) => string | undefined): ChartModel => ({
	...model,
	read: "",
	lines: model.lines.map((line) => ({ ...line, name: nameOf(line) ?? line.name })),
});

/** Its drawn values. */
export const shown = (
	{ name, aggregation, values }: SeriesColumn,
	{ start, step }: Pick<Metrics, "start" | "step">,
): SeriesColumn["values"] =>
	isInstant(name, aggregation) ? values.map((value, i) => value && ageOf(name, value, start + i * step)) : values;

/** The instant of a column, ms. */
export const instantOf = (model: ChartModel, index: number): number =>
	index === model.length - 1 && model.end !== undefined ? model.end : model.start + index * model.step;

/** The part of the last step that is not over, 0 to 1: its column is that much nearer to the one before. */
export const restOf = ({ start, step, length, end }: ChartModel): number => (end === undefined ? 0 : length - 1 - (end - start) / step);

/** Width of the plot in columns: a point is at its column, a bar extends to the next. */
export const widthOf = (kind: ChartKind, model: ChartModel): number => Math.max(1, model.length - (kind === "bar" ? 0 : 1) - restOf(model));

/** Time from the left edge of the plot to the right, ms. A bar covers the step before its instant, so bars need one step more. */
export const spanOf = (kind: ChartKind, model: ChartModel): number => widthOf(kind, model) * model.step;

/** The instant at the right edge, ms. */
export const endOf = (model: ChartModel): number => instantOf(model, model.length - 1);

/** Position of an instant from the left edge, 0, to the right, 1; outside of the chart beyond them. */
export const shareOfInstant = (kind: ChartKind, model: ChartModel, at: number): number => 1 - (endOf(model) - at) / spanOf(kind, model);

/** The column nearest to an instant; undefined outside of the chart. */
export function columnAt(kind: ChartKind, model: ChartModel, at: number): number | undefined {
	const columns = (at - model.start) / model.step;
	const last = model.length - 1;
	const near = kind === "bar" ? Math.ceil(columns) : Math.round(columns);
	// The middle between the last two.
	const index = kind !== "bar" && columns >= last - (1 + restOf(model)) / 2 ? Math.max(last, near) : near;
	return index >= 0 && index < model.length ? index : undefined;
}

/** The middle of a column, as a share of the plot's width. */
export function shareOfColumn(kind: ChartKind, model: ChartModel, index: number): number {
	const width = widthOf(kind, model);
	if (kind === "bar") return (index + (index < model.length - 1 ? 1 : 1 - restOf(model)) / 2) / width;
	return model.length > 1 ? Math.min(1, index / width) : 1;
}
