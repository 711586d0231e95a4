import { csvCell } from "../../../colony-bridge/protocol/http/csv-cell.ts";
import { isoText } from "../../../colony-bridge/protocol/http/iso-text.ts";
import type { Labels } from "../../../colony-bridge/protocol/wire/names.ts";
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";

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
