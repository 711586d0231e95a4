/** A series as a row of a table: what it is sorted, filtered and shown by, besides its numbers. */
import { seriesKey } from "../../colony-bridge/protocol/selector.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/series.ts";
import type { RowFields } from "../rows/row-order.ts";

/** A series, or the histogram of one set of labels. */
export interface SeriesEntry {
	/** Absent: a histogram, made of many series. */
	number?: number;
	/** `name{label="value"}`. */
	id: string;
	definition: SeriesDefinition;
}

/** @param id its number, or a histogram's name and labels */
export const entryOf = (id: number | string, definition: SeriesDefinition): SeriesEntry =>
	typeof id === "string" ? { id, definition } : { number: id, id: seriesKey(definition.name, definition.labels), definition };

const NUMBERS: readonly string[] = ["value", "change", "at"];

/** Its own texts, and its labels by their names. */
export const SERIES_TEXTS: Pick<RowFields<SeriesEntry>, "id" | "text" | "words"> = {
	id: ({ id }) => id,
	text(written) {
		const name = written.toLowerCase();
		if (NUMBERS.includes(name)) return undefined;
		if (name === "id" || name === "series" || name === "metric") return ({ id }) => id;
		if (name === "name" || name === "type" || name === "unit" || name === "help") return ({ definition }) => definition[name];
		return ({ definition: { labels } }) => (labels && Object.hasOwn(labels, written) ? labels[written] : undefined);
	},
	words: ({ id, definition: { labels, unit, help } }) => [id, ...Object.values(labels ?? {}), unit, help],
};
