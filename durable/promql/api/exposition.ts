/**
 * Newest values as text that scrapers read: Prometheus' format 0.0.4, or OpenMetrics 1.0. Values of the colony carry the instant at which they were measured;
 * those of the dashboard are of the moment.
 */

import { METRIC_NAME } from "../../../colony-bridge/protocol/promql/terms.ts";
import { escaped, openMetrics } from "../../history/export.ts";
import type { SeriesSource } from "../../history/query/target.ts";
import type { OwnMetric } from "../../meter/meter.ts";
import { Toll, type Work } from "../../work/work.ts";
import type { Labels } from "../labels.ts";
import { secondsText, valueText } from "./go-json.ts";

/** A value that is older than this is not told: look-back of Prometheus, ms. */
export const LOOK_BACK_MS = 5 * 60_000;

export interface Newest {
	number: number;
	labels: Labels;
	at: number;
	value: number;
}

/** Units of a line. */
const LINE_UNITS = 10;

/** @param newest of the colony, in any order */
export function* exposition(
	newest: readonly Newest[],
	{ dictionary }: Pick<SeriesSource, "dictionary">,
	own: readonly OwnMetric[],
	asOpenMetrics: boolean,
): Work<string> {
	const byName = new Map<string, Newest[]>();
	for (const one of newest) {
		const named = byName.get(one.labels.metric);
		if (named) named.push(one);
		else byName.set(one.labels.metric, [one]);
	}
	const toll = new Toll();
	const lines: string[] = [];
	const names = [...byName.keys()].sort();
	const has = (name: string): boolean => byName.has(name);
	for (const name of names) {
		const series = byName.get(name) as Newest[];
		const definition = dictionary.get((series[0] as Newest).number);
		if (asOpenMetrics) lines.push(openMetrics.open(definition, undefined, has));
		else {
			if (definition.help) lines.push(`# HELP ${name} ${escapedHelp(definition.help)}\n`);
			lines.push(`# TYPE ${name} ${definition.type === "bucket" ? "untyped" : definition.type}\n`);
		}
		for (const { labels, at, value } of series.sort((a, b) => a.number - b.number)) {
			const instant = asOpenMetrics ? secondsText(at) : String(at);
			lines.push(`${name}${braced(labels.pairs())} ${valueText(value)} ${instant}\n`);
			if (toll.due(LINE_UNITS)) yield toll.taken();
		}
	}
	for (const { name, type, help, samples } of own) {
		const family = asOpenMetrics && type === "counter" ? name.replace(/_total$/, "") : name;
		lines.push(`# HELP ${family} ${asOpenMetrics ? escaped(help) : escapedHelp(help)}\n# TYPE ${family} ${type}\n`);
		for (const { labels, value } of samples) lines.push(`${name}${braced(Object.entries(labels))} ${valueText(value)}\n`);
	}
	if (asOpenMetrics) lines.push("# EOF\n");
	return lines.join("");
}

function braced(labels: Iterable<readonly [string, string]>): string {
	const pairs: string[] = [];
	for (const [name, value] of labels) if (name !== METRIC_NAME) pairs.push(`${name}="${escaped(value)}"`);
	return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** A help text of format 0.0.4 may have quotes. */
const escapedHelp = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
