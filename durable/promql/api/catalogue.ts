/** Answers about series without their samples: which there are, their labels, and what is said about metrics. */

import type { Matcher } from "../../../colony-bridge/protocol/promql/terms.ts";
import { present } from "../../history/query/presence-scan.ts";
import type { SeriesSource } from "../../history/query/target.ts";
import { sorted, Toll, type Work } from "../../work/work.ts";
import type { IndexedSeries, SeriesIndex } from "../history/series-index.ts";
import type { Labels } from "../labels.ts";
import type { Found } from "./ask.ts";

export interface Catalogued {
	series: SeriesSource;
	index: SeriesIndex;
	/** Labels of the dashboard's own numbers, beside those of the colony. */
	own: readonly Labels[];
}

/** Units of what is said about one series or name. */
const TOLD_UNITS = 10;

/** Labels of the series that match one of the selectors and have a sample in the time, each once. */
export function* labelsFound(
	{ series, index, own }: Catalogued,
	selectors: readonly (readonly Matcher[])[],
	matches: (labels: Labels) => boolean,
	{ start, end }: Pick<Found, "start" | "end">,
): Work<Labels[]> {
	const found = new Map<number, IndexedSeries>();
	for (const matchers of selectors.length > 0 ? selectors : [[]]) for (const one of yield* index.find(matchers)) found.set(one.number, one);
	let numbers = [...found.keys()];
	if (start !== undefined || end !== undefined) {
		const after = (start ?? Number.NEGATIVE_INFINITY) - 1;
		const until = end ?? Number.POSITIVE_INFINITY;
		// Most are asked for the present: nothing has to be read for those that are active.
		const active = numbers.filter((number) => isWithin(series.active.latest(number)?.at, after, until));
		const known = new Set(active);
		const others = numbers.filter((number) => !known.has(number)).sort((a, b) => a - b);
		yield numbers.length;
		const range = { after: Math.max(0, after), until: Math.min(until, Math.max(series.newest, after)), bucketMs: 0 };
		numbers = [...active, ...(yield* present(others, range, series.store))];
	}
	return [...numbers.map((number) => (found.get(number) as IndexedSeries).labels), ...own.filter(matches)];
}

const isWithin = (at: number | undefined, after: number, until: number): boolean => at !== undefined && at > after && at <= until;

export function* labelNamesOf(found: readonly Labels[]): Work<string[]> {
	const names = new Set<string>();
	const toll = new Toll();
	for (const labels of found) {
		for (const [name] of labels.pairs()) names.add(name);
		if (toll.due(TOLD_UNITS)) yield toll.taken();
	}
	return yield* inOrder(names);
}

export function* labelValuesOf(label: string, found: readonly Labels[]): Work<string[]> {
	const values = new Set<string>();
	const toll = new Toll();
	for (const labels of found) {
		const value = labels.get(label);
		if (value !== "") values.add(value);
		if (toll.due(TOLD_UNITS)) yield toll.taken();
	}
	return yield* inOrder(values);
}

/** Ascending, by their code points. */
const inOrder = (texts: ReadonlySet<string>): Work<string[]> => sorted([...texts], (a, b) => (a < b ? -1 : a > b ? 1 : 0));

interface Metadata {
	type: "counter" | "gauge" | "histogram" | "unknown";
	help: string;
	unit: string;
}

/** Metadata of each metric: a histogram's under the name of all its parts. */
export function* metadataOf(
	{ series: { dictionary } }: Pick<Catalogued, "series">,
	own: ReadonlyMap<string, Metadata>,
	{ metric, limit, perMetric }: { metric?: string; limit: number; perMetric: number },
): Work<Record<string, Metadata[]>> {
	const all = new Map<string, Map<string, Metadata>>();
	const add = (name: string, said: Metadata) => {
		if (metric !== undefined && metric !== name) return;
		let known = all.get(name);
		if (!known && limit >= 0 && all.size >= limit) return;
		if (!known) {
			known = new Map();
			all.set(name, known);
		}
		if (perMetric <= 0 || known.size < perMetric) known.set(JSON.stringify(said), said);
	};
	const toll = new Toll();
	for (const name of [...dictionary.names()]) {
		for (const number of dictionary.match(name, {})) {
			if (toll.due(TOLD_UNITS)) yield toll.taken();
			const { type, help = "", unit = "" } = dictionary.get(number);
			const isBucket = type === "bucket" && name.endsWith("_bucket");
			add(isBucket ? name.slice(0, -"_bucket".length) : name, { type: type === "bucket" ? "histogram" : type, help, unit });
		}
	}
	for (const [name, said] of own) add(name, said);
	return Object.fromEntries(Array.from(all, ([name, said]) => [name, [...said.values()]]));
}
