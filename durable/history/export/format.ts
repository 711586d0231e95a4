import type { SeriesDefinition } from "../../../colony-bridge/protocol/series.ts";

/** How a document is written, series after series: `begin`, then for each series `open`, its samples and `close`, then `end`. */
export interface Format {
	readonly begin: string;
	/** @param before the series written before this one; undefined: it is the first. @param has whether there are series of a name */
	open(definition: SeriesDefinition, before: SeriesDefinition | undefined, has: (name: string) => boolean): string;
	/** Writes samples of one series; `first`: it is the first of them. */
	sample(definition: SeriesDefinition): (at: number, value: number, first: boolean) => string;
	readonly close: string;
	readonly end: string;
}

/** A stored double in digits that read back as the same double, -0 included. */
export const digits = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));
