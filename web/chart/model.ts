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
	unit: string | undefined;
	lines: Line[];
	/** Number of further lines. */
	left: number;
	/** The aggregation of its lines, if their names lack it: `each, per second`. */
	read?: string;
	/** Values are rates: the first needs a complete step. */
	rates?: boolean;
}

/** A name that distinguishes the series of a chart: the metric if metrics differ, else the labels that do; and the aggregation. */
export function nameOf(column: SeriesColumn, all: readonly SeriesColumn[]): string {
	const made = isEach(column, all) ? "" : madeOf(column);
	return made ? `${ownName(column, all)}, ${made}` : ownName(column, all);
}

/** One of several lines that are a series each: their aggregation is stated once. */
const isEach = (column: SeriesColumn, all: readonly SeriesColumn[]): boolean => all.length > 1 && column.of === undefined;

function readOf(columns: readonly SeriesColumn[]): { read?: string } {
	const [first] = columns;
	const words = first && isEach(first, columns) && columns.every(({ aggregation, of }) => !of && aggregation === first.aggregation);
	const read = words ? madeOf(first) : "";
	return read ? { read: `each ${read}` } : {};
}

function ownName(column: SeriesColumn, all: readonly SeriesColumn[]): string {
	const labels = Object.values(column.labels ?? {});
	if (labels.length === 0) return column.name;
	if (all.length === 1) return seriesKey(column.name, column.labels);
	return all.every(({ name }) => name === column.name) ? labels.join(" ") : `${column.name} ${labels.join(" ")}`;
}

export const newest = (values: readonly (number | null)[]): number | undefined => values[lastKnown(values)] ?? undefined;

/** The column of the latest value; -1: none. */
export const lastKnown = (values: readonly (number | null)[]): number => values.findLastIndex((value) => typeof value === "number");

/** Empty columns at a line's end that are normal: one incomplete, one late. */
const LATE = 2;

/** Age of the latest value of a line that ended before the others, ms; undefined: it has not ended. */
export function staleFor(values: readonly (number | null)[], step: number): number | undefined {
	const missing = values.length - 1 - lastKnown(values);
	return missing > LATE ? missing * step : undefined;
}

/** The unit of its drawn values: per second for rates, age for instants. */
export const unitOfColumn = ({ unit, name, aggregation, of }: SeriesColumn): string | undefined => {
	if (isInstant(name, aggregation)) return AGO;
	if (isUp(name) && of?.fold === "sum" && of.series > 1) return `of${SPACE}${of.series}`;
	const own = unit ?? unitOf(name);
	return aggregation === "rate" ? `${own ?? ""}/s` : own;
};

/** Minimum columns of a chart. */
const FEWEST = 12;

/** The first column with values: the range of a young colony grows to the full time range. */
function firstKnown({ series, length }: Metrics): number {
	let first = Number.POSITIVE_INFINITY;
	for (const { values } of series) {
		const known = values.findIndex((value) => value !== null);
		if (known >= 0 && known < first) first = known;
	}
	if (first === Number.POSITIVE_INFINITY) return 0;
	// One column before, so that the start of a line is visible.
	return Math.max(0, Math.min(first, length - FEWEST) - 1);
}

/** One model per unit. */
export function chartModels(metrics: Metrics): ChartModel[] {
	const byUnit = Map.groupBy(metrics.series, unitOfColumn);
	const first = firstKnown(metrics);
	return [...byUnit].map(([unit, columns]) => ({
		start: metrics.start + first * metrics.step,
		step: metrics.step,
		length: metrics.length - first,
		unit,
		lines: columns.map((column) => ({
			key: column.key,
			name: nameOf(column, columns),
			metric: column.name,
			values: shown(column, metrics, first),
		})),
		left: metrics.left,
		...(columns.every(({ aggregation }) => aggregation === "rate") && { rates: true }),
		...readOf(columns),
	}));
}

/** Its drawn values, from a column on. */
export function shown(
	{ name, aggregation, values }: SeriesColumn,
	{ start, step }: Pick<Metrics, "start" | "step">,
	first = 0,
): SeriesColumn["values"] {
	const from = first > 0 ? values.slice(first) : values;
	if (!isInstant(name, aggregation)) return from;
	return from.map((value, i) => value && ageOf(name, value, start + (first + i) * step));
}

/** The instant of a column, ms. */
export const instantOf = (model: ChartModel, index: number): number => model.start + index * model.step;

/** Time from the left edge of the plot to the right, ms. A bar covers the step before its instant, so bars need one step more. */
export const spanOf = (kind: ChartKind, model: ChartModel): number =>
	Math.max(model.step, (model.length - (kind === "bar" ? 0 : 1)) * model.step);

/** The instant at the right edge, ms. */
export const endOf = (model: ChartModel): number => instantOf(model, model.length - 1);

/** Position of an instant from the left edge, 0, to the right, 1; outside of the chart beyond them. */
export const shareOfInstant = (kind: ChartKind, model: ChartModel, at: number): number => 1 - (endOf(model) - at) / spanOf(kind, model);

/** The column nearest to an instant; undefined outside of the chart. */
export function columnAt(kind: ChartKind, model: ChartModel, at: number): number | undefined {
	const columns = (at - model.start) / model.step;
	const index = kind === "bar" ? Math.ceil(columns) : Math.round(columns);
	return index >= 0 && index < model.length ? index : undefined;
}

/** The middle of a column, as a share of the plot's width. */
export const shareOfColumn = (kind: ChartKind, model: ChartModel, index: number): number =>
	kind === "bar" ? (index + 0.5) / model.length : model.length > 1 ? index / (model.length - 1) : 1;
