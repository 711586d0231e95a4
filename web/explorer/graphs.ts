/** The explorer's charts: lines of one unit, kind and time grid share a chart. */
import type { Explored } from "../../colony-bridge/protocol/pages/explore.ts";
import type { Metrics, SeriesColumn } from "../../colony-bridge/protocol/query/view.ts";
import { type ChartKind, type ChartModel, chartModels, nameOf, shown, unitOfColumn } from "../chart/model.ts";
import { AGGREGATIONS, madeOf } from "../format/aggregation.ts";

export interface AnsweredQuery {
	query: Explored;
	answer: Metrics;
}

export interface Graph {
	/** Stable as long as the chart is the same. */
	key: string;
	kind: ChartKind;
	model: ChartModel;
	/** The texts of its queries. */
	title: string;
}

/** A column named by its aggregation too, as one series may be graphed in several ways. */
function named({ query }: AnsweredQuery, column: SeriesColumn): SeriesColumn {
	const how = [query.fold === "each" ? undefined : query.fold, query.aggregation].filter(Boolean).join(" of ");
	const { aggregation } = query;
	return {
		...column,
		...(how && { key: `${how} of ${column.key}` }),
		// Skipped if the line's name already has the aggregation.
		...(aggregation && !madeOf({ aggregation }) && { name: `${AGGREGATIONS[aggregation]} of ${column.name}` }),
	};
}

export function graphs(queries: readonly AnsweredQuery[]): Graph[] {
	const together = Map.groupBy(queries, ({ query, answer: { start, step, length } }) => `${query.draw} ${step} ${start} ${length}`);
	const drawn: Graph[] = [];
	for (const parts of together.values()) {
		const [{ query, answer }] = parts as [AnsweredQuery];
		const merged: Metrics = {
			...answer,
			series: parts.flatMap((part) => part.answer.series.map((column) => named(part, column))),
			omitted: parts.reduce((sum, part) => sum + part.answer.omitted, 0),
		};
		for (const model of chartModels(merged)) {
			if (model.lines.length === 0) continue;
			const keys = new Set(merged.series.filter((column) => unitOfColumn(column) === model.unit).map(({ key }) => key));
			const texts = parts.filter((part) => part.answer.series.some((column) => keys.has(named(part, column).key)));
			const key = `${query.draw} ${answer.step} ${model.unit ?? ""}`;
			const same = drawn.filter((graph) => graph.key.startsWith(key)).length;
			drawn.push({
				key: `${key} ${same}`,
				kind: query.draw,
				model,
				title: [...new Set(texts.map((part) => part.query.text))].join(", "),
			});
		}
	}
	return drawn;
}

export interface LineValues {
	id: string;
	/** Name in the charts. */
	name: string;
	unit: string | undefined;
	newest: number | undefined;
	lowest: number;
	average: number;
	highest: number;
	/** Instant of the newest value, ms. */
	at: number;
}

/** All received lines, hidden ones included. */
export function lineValues(queries: readonly AnsweredQuery[]): Map<string, LineValues> {
	const lines = new Map<string, LineValues>();
	for (const part of queries) {
		const { start, step } = part.answer;
		for (const column of part.answer.series.map((each) => named(part, each))) {
			const values = shown(column, part.answer).filter((value) => value !== null);
			if (values.length === 0) continue;
			lines.set(column.key, {
				id: column.key,
				name: nameOf(column, [column]),
				unit: unitOfColumn(column),
				newest: values.at(-1),
				lowest: values.reduce((a, b) => Math.min(a, b)),
				average: values.reduce((sum, value) => sum + value / values.length, 0),
				highest: values.reduce((a, b) => Math.max(a, b)),
				at: start + step * column.values.findLastIndex((value) => value !== null),
			});
		}
	}
	return lines;
}
