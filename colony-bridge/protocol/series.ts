import * as v from "valibot";
import { Count, Labels, MetricName, Text } from "./names.ts";

/** `counter` only rises (a fall is a restart), `gauge` goes both ways, `bucket` is a histogram's cumulative count under its `le` label. */
export const SeriesType = v.picklist(["counter", "gauge", "bucket"]);
export type SeriesType = v.InferOutput<typeof SeriesType>;

/** What a series is. Name and labels are its identity; the rest describes it. */
export const SeriesDefinition = v.object({
	name: MetricName,
	labels: v.optional(Labels),
	type: SeriesType,
	/** Unit of a value, in the words of OpenMetrics: `percent`, `ratio`, `bytes`, `megabytes`, `seconds`, `celsius`, or absent for a count. */
	unit: v.optional(v.pipe(v.string(), v.maxLength(40))),
	help: v.optional(Text),
});
export type SeriesDefinition = v.InferOutput<typeof SeriesDefinition>;

/** A bridge's number for a series, valid within its epoch: small, dense, from 0. */
export const SeriesId = v.pipe(Count, v.maxValue(1_000_000));

/** Identity as text, labels sorted: `cpu_percent{worker="worker-1"}`. Also the form a selector takes in a URL. */
export function seriesKey(name: string, labels: Labels = {}): string {
	const names = Object.keys(labels).sort();
	if (names.length === 0) return name;
	return `${name}{${names.map((label) => `${label}=${JSON.stringify(labels[label])}`).join(",")}}`;
}

/** The other way. @returns undefined where the text is no selector. */
export function parseSelector(text: string): { name: string; labels: Labels } | undefined {
	const outer = /^([A-Za-z_:][A-Za-z0-9_:]*)(?:\{(.*)\})?$/s.exec(text);
	if (!outer?.[1]) return undefined;
	const labels: Labels = {};
	const pair = /\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*("(?:[^"\\]|\\.)*")\s*(,|$)/suy;
	const inner = outer[2] ?? "";
	while (pair.lastIndex < inner.length) {
		const match = pair.exec(inner);
		if (!match?.[1] || !match[2]) return undefined;
		try {
			labels[match[1]] = JSON.parse(match[2]) as string;
		} catch {
			return undefined;
		}
	}
	return { name: outer[1], labels };
}
