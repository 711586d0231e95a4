/** What a chart draws, out of an answer: lines of one unit, named, cut to what eyes can tell apart. */
import type { Metrics, SeriesColumn } from "../../colony-bridge/protocol/view.ts";
import { quantity, unitOf } from "../format/number.ts";
import { roughly } from "../format/time.ts";

export type ChartKind = "line" | "area" | "bar";

export interface Line {
	key: string;
	name: string;
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

/** As many as there are colours. */
export const MOST_LINES = 8;

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

/** The time a chart shows. */
export const rangeInWords = (model: ChartModel | undefined): string | undefined => model && `last ${roughly(model.length * model.step)}`;

/**
 * One model a unit: numbers of different units share no axis.
 * @param perSecond the columns are rates
 */
export function chartModels(metrics: Metrics, perSecond = false): ChartModel[] {
	const byUnit = Map.groupBy(metrics.series, (column) => unitOfColumn(column, perSecond));
	const first = firstKnown(metrics);
	return [...byUnit].map(([unit, columns]) => {
		const shown =
			columns.length <= MOST_LINES
				? columns
				: columns.toSorted((a, b) => (newest(b.values) ?? -Infinity) - (newest(a.values) ?? -Infinity)).slice(0, MOST_LINES);
		return {
			start: metrics.start + first * metrics.step,
			step: metrics.step,
			length: metrics.length - first,
			unit,
			lines: shown.map((column) => ({ key: column.key, name: nameOf(column, columns), values: column.values.slice(first) })),
			left: columns.length - shown.length + metrics.left,
		};
	});
}

/** The chart in a sentence a line, for those who do not see it. */
export function inWords(model: ChartModel): string {
	return model.lines
		.map(({ name, values }) => {
			const known = values.filter((value) => value !== null);
			const last = newest(values);
			if (last === undefined) return `${name}: no value in this time.`;
			const [low, high] = [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
			return `${name}: newest ${quantity(last, model.unit)}, lowest ${quantity(low, model.unit)}, highest ${quantity(high, model.unit)}.`;
		})
		.join(" ");
}
