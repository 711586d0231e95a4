/** What an export is made of: series after series, each with all that is kept of it, oldest first. */
import type { SeriesDefinition } from "../../../colony-bridge/protocol/series.ts";
import type { Points } from "../reduce.ts";

export interface Measured {
	definition: SeriesDefinition;
	/** Never empty. */
	points: Points;
}

/** What can be exported; a `History` is one. */
export interface Exportable {
	/** Series of these selectors; absent: all. By name, in the order the names came; a series once. */
	select(selectors?: readonly string[]): Iterable<number>;
	definition(series: number): SeriesDefinition;
	/** All that is kept of a series in [start, end], ms. */
	measurements(series: number, start: number, end: number): Points;
}

export interface Range {
	/** Absent: all series. */
	selectors?: readonly string[];
	/** Instants, ms, both included. */
	start: number;
	end: number;
}

/** Reads a series whole when its turn comes: pushes between two turns do no harm, and one series is all that is in memory. */
export function* measured(from: Exportable, { selectors, start, end }: Range): Generator<Measured> {
	for (const series of from.select(selectors)) {
		const points = from.measurements(series, start, end);
		if (points.at.length > 0) yield { definition: from.definition(series), points };
	}
}

/** Points written at once. */
const SLICE = 2000;

/** Cuts a series' points into texts of bounded length. */
export function* slices(points: Points, line: (at: number, value: number, first: boolean) => string): Generator<string> {
	for (let from = 0; from < points.at.length; from += SLICE) {
		let text = "";
		for (let i = from; i < Math.min(points.at.length, from + SLICE); i++)
			text += line(points.at[i] as number, points.values[i] as number, i === 0);
		yield text;
	}
}

/** A stored double in digits that read back as the same double, -0 included. */
export const digits = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));
