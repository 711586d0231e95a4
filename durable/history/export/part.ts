/**
 * An export, part by part: each is one call and little work, and says where the next goes on. Nothing is kept between two pieces, so a slow
 * reader costs nothing, pushes come between, and an object that restarts in the middle is not noticed.
 */
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";
import type { Work } from "../../work/work.ts";
import type { Points } from "../query/downsample.ts";
import { csv, type Format, json, openMetrics } from "./text-formats.ts";

export type ExportFormat = "csv" | "json" | "openmetrics";

export interface ExportAsk {
	format: ExportFormat;
	/** Absent: all series. */
	selectors?: readonly string[];
	/** Instants, ms, both included. `start` absent: `rangeMs` before the end; `end` absent: the newest sample's. */
	start?: number;
	end?: number;
	rangeMs: number;
	/** As the part before said. Absent: the first part. */
	place?: ExportPlace;
}

export interface ExportPlace {
	start: number;
	end: number;
	/** The next one to be written. */
	series: number;
	/** Instant up to which it is written, ms. Absent: nothing of it is. */
	after?: number;
	/** The one written before it. */
	before?: number;
}

export interface ExportPart {
	/** May be empty. */
	text: string;
	/** The start of the next part. Absent: this is the last one. */
	place?: ExportPlace;
	/** Instants, ms, as they were found out. */
	start: number;
	end: number;
	/** In the first part: selectors that match nothing. */
	unknown: string[];
}

/** The source of an export; a `History` is one. */
export interface Exportable {
	readonly newest: number;
	/** Series of these selectors, absent: all; always in the same order, each once. @param from begins there. */
	select(selectors?: readonly string[], from?: number): Iterable<number>;
	definition(series: number): SeriesDefinition;
	/** All that is kept of a series in [start, end], ms, oldest first. @param enough as many may be the first of more. */
	measurements(start: number, end: number, enough?: number): (series: number) => Points;
}

const FORMATS: Readonly<Record<ExportFormat, Format>> = { csv, json, openmetrics: openMetrics };

/** A part is over when it has so much work in it: characters, and for each series it has looked at as much as this. */
const PART_CHARS = 256_000;
const LOOK_CHARS = 1000;
/** Samples read of a series at once, about as many as fit: of a year that is not in one part, no more is read than is written. */
const ENOUGH = 4000;

/** Units of looking at a series, of a value read, and of one written. */
const LOOK_UNITS = 100;
const READ_UNITS = 2;
const WRITE_UNITS = 10;

export function* exportPart(from: Exportable, ask: ExportAsk): Work<ExportPart> {
	const format = FORMATS[ask.format];
	const { selectors, place } = ask;
	const end = place?.end ?? ask.end ?? from.newest;
	const start = place?.start ?? ask.start ?? Math.max(0, end - ask.rangeMs);
	const unknown = place ? [] : (selectors ?? []).filter((selector) => isEmpty(from.select([selector])));
	const part = { start, end, unknown };
	const has = (name: string) => !isEmpty(from.select([name]));
	let { after, before } = place ?? {};
	let text = place ? "" : format.begin;
	let looked = 0;
	let read = from.measurements(after === undefined ? start : after + 1, end, ENOUGH);
	for (const series of from.select(selectors, place?.series)) {
		if (text.length + looked * LOOK_CHARS >= PART_CHARS) return { ...part, text, place: { start, end, series, ...defined({ before }) } };
		looked++;
		const { at, values } = read(series);
		yield LOOK_UNITS + at.length * READ_UNITS;
		const begun = after !== undefined;
		if (begun) read = from.measurements(start, end, ENOUGH);
		after = undefined;
		if (at.length === 0 && !begun) continue;
		const definition = from.definition(series);
		if (!begun) text += format.open(definition, before === undefined ? undefined : from.definition(before), has);
		const sample = format.sample(definition);
		let i = 0;
		while (i < at.length && (text.length < PART_CHARS || i === 0)) {
			text += sample(at[i] as number, values[i] as number, !begun && i === 0);
			i++;
		}
		yield i * WRITE_UNITS;
		if (i < at.length || i >= ENOUGH)
			return { ...part, text, place: { start, end, series, after: at[i - 1] as number, ...defined({ before }) } };
		text += format.close;
		before = series;
	}
	return { ...part, text: text + format.end };
}

const defined = ({ before }: { before: number | undefined }) => (before === undefined ? {} : { before });

function isEmpty(series: Iterable<number>): boolean {
	for (const _ of series) return false;
	return true;
}
