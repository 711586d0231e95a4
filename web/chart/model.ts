/** What a chart draws, out of an answer: lines of one unit, named. */
import type { Metrics, SeriesColumn } from "../../colony-bridge/protocol/view.ts";
import { unitOf } from "../format/number.ts";

export type ChartKind = "line" | "area" | "bar";

export interface Line {
	/** A selector that names it, where an answer is behind it. */
	key: string;
	name: string;
	/** Absent: it is no part of a sum. */
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
	/** Lines there would be besides. */
	left: number;
}

/** A name people can tell series of one chart apart by: the metric where that differs, else the labels that do. */
function nameOf(column: SeriesColumn, all: readonly SeriesColumn[]): string {
	const labels = Object.values(column.labels ?? {});
	if (labels.length === 0) return column.key;
	return all.every(({ name }) => name === column.name) ? labels.join(" ") : `${column.name} ${labels.join(" ")}`;
}

export const newest = (values: readonly (number | null)[]): number | undefined => {
	for (let i = values.length - 1; i >= 0; i--) if (typeof values[i] === "number") return values[i] as number;
	return undefined;
};

export const unitOfColumn = (column: SeriesColumn, perSecond = false): string | undefined => {
	const unit = column.unit ?? unitOf(column.name);
	return perSecond ? `${unit ?? ""}/s` : unit;
};

/** Columns a chart has at least. */
const FEWEST = 12;

/** Where a young colony's numbers begin: what was before it is no gap worth drawing. The chart grows to its whole range with them. */
function firstKnown({ series, length }: Metrics): number {
	const most = Math.max(0, length - FEWEST);
	let first = most;
	for (const { values } of series) {
		const known = values.findIndex((value) => value !== null);
		if (known >= 0 && known < first) first = known;
	}
	// One column before, so that a line that begins shows that it does.
	return Math.max(0, first - 1);
}

/**
 * One model a unit: numbers of different units share no axis.
 * @param perSecond the columns are rates
 */
export function chartModels(metrics: Metrics, perSecond = false): ChartModel[] {
	const byUnit = Map.groupBy(metrics.series, (column) => unitOfColumn(column, perSecond));
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
			values: first > 0 ? column.values.slice(first) : column.values,
		})),
		left: metrics.left,
	}));
}

/** The instant of a column, ms. */
export const instantOf = (model: ChartModel, index: number): number => model.start + index * model.step;

/** Time from the left edge of the plot to the right, ms. A bar covers the step before its instant; points need no such room. */
export const spanOf = (kind: ChartKind, model: ChartModel): number =>
	Math.max(model.step, (model.length - (kind === "bar" ? 0 : 1)) * model.step);

/** The instant at the right edge, ms. */
export const endOf = (model: ChartModel): number => instantOf(model, model.length - 1);

/** Where an instant lies between the left edge, 0, and the right, 1; outside of them where it does. */
export const shareOfInstant = (kind: ChartKind, model: ChartModel, at: number): number => 1 - (endOf(model) - at) / spanOf(kind, model);

/** The column nearest to an instant; undefined where the chart does not show it. */
export function columnAt(kind: ChartKind, model: ChartModel, at: number): number | undefined {
	const columns = (at - model.start) / model.step;
	const index = kind === "bar" ? Math.ceil(columns) : Math.round(columns);
	return index >= 0 && index < model.length ? index : undefined;
}

/** The middle of a column, as a share of the plot's width. */
export const shareOfColumn = (kind: ChartKind, model: ChartModel, index: number): number =>
	kind === "bar" ? (index + 0.5) / model.length : model.length > 1 ? index / (model.length - 1) : 1;
