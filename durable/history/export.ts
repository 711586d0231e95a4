/**
 * An export, part by part: each is one call and little work, and says where the next goes on. Nothing is kept between two pieces, so a slow
 * reader costs nothing, pushes come between, and an object that restarts in the middle is not noticed.
 */

import { csvCell, isoText } from "../../colony-bridge/protocol/http/export-text.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import type { Labels } from "../../colony-bridge/protocol/wire/names.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/wire/series.ts";
import type { Work } from "../work/work.ts";
import type { Points } from "./query/points.ts";

export type ExportFormat = "csv" | "json" | "openmetrics";

export interface ExportAsk {
	format: ExportFormat;
	/** Absent: all series. */
	selectors?: readonly string[];
	/** Instants, ms, both included. `start` absent: `rangeMs` before the end; `end` absent: the newest sample's. */
	start?: number;
	end?: number;
	rangeMs: number;
	/** Cursor that the part before returned. Absent: the first part. */
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

function isEmpty(series: Iterable<number>): boolean {
	for (const _ of series) return false;
	return true;
}

/** Writes a document series after series: `begin`, then for each series `open`, its samples and `close`, then `end`. */
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

/**
 * Labels as OpenMetrics writes them.
 * @returns `{worker="worker-1"}`, by name; "" where there are none.
 */
function labelsText(labels: Labels = {}): string {
	const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
	return pairs.length === 0 ? "" : `{${pairs.map(([name, value]) => `${name}="${escaped(value)}"`).join(",")}}`;
}

/** Backslash, line feed and quote, as OpenMetrics has it. */
export function escaped(text: string): string {
	return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

/** CSV after RFC 4180: a row a sample, `timestamp,name,labels,unit,value`, series after series. */
export const csv: Format = {
	begin: "timestamp,name,labels,unit,value\r\n",
	open: () => "",
	sample({ name, labels, unit = "" }) {
		const fixed = [name, labelsText(labels), unit].map((text) => csvCell(text)).join(",");
		return (at, value) => `${isoText(at)},${fixed},${digits(value)}\r\n`;
	},
	close: "",
	end: "",
};

/** One JSON document: `{"series":[{"name","labels","type","unit","samples":[{"timestamp","value"},...]},...]}`. */
export const json: Format = {
	begin: '{"series":[',
	open({ name, labels, type, unit }, before) {
		const head = JSON.stringify({ name, ...(labels && { labels }), type, ...(unit !== undefined && { unit }) });
		return `${before ? "," : ""}\n${head.slice(0, -1)},"samples":[`;
	},
	sample: () => (at, value, first) => `${first ? "" : ","}{"timestamp":"${isoText(at)}","value":${digits(value)}}`,
	close: "]}",
	end: "\n]}\n",
};

/**
 * OpenMetrics 1.0 text, with timestamps: what `promtool tsdb create-blocks-from openmetrics` and others take in.
 *
 * A counter whose name ends with `_total` is a counter, a gauge a gauge; any other name stays as it is and is of type unknown, since the
 * format would demand another name of it. So is a counter `x_total` where something else is called `x` or `x_created`: the counter's family
 * has these names too, and a parser refuses a text in which two families share one.
 */
export const openMetrics: Format = {
	begin: "",
	open: (definition, before, has) => (definition.name === before?.name ? "" : family(definition, has)),
	sample({ name, labels }) {
		const series = `${name}${labelsText(labels)}`;
		return (at, value) => `${series} ${digits(value)} ${(at / 1000).toFixed(3)}\n`;
	},
	close: "",
	end: "# EOF\n",
};

const TOTAL = "_total";

function family({ name, type, unit, help }: SeriesDefinition, has: (name: string) => boolean): string {
	const base = name.slice(0, -TOTAL.length);
	const named = type === "counter" && name.endsWith(TOTAL) && base !== "";
	const counter = named && ![base, `${base}_created`, `${base}_created${TOTAL}`].some(has);
	const family = counter ? base : name;
	const lines = [`# TYPE ${family} ${counter ? "counter" : type === "gauge" ? "gauge" : "unknown"}`];
	if (unit && /^[a-z0-9_]+$/.test(unit) && family.endsWith(`_${unit}`)) lines.push(`# UNIT ${family} ${unit}`);
	if (help) lines.push(`# HELP ${family} ${escaped(help)}`);
	return `${lines.join("\n")}\n`;
}

const FORMATS: Readonly<Record<ExportFormat, Format>> = { csv, json, openmetrics: openMetrics };
