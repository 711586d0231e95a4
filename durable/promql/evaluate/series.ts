/** Making, naming and merging the series of a vector. */
import type { Work } from "../../work/work.ts";
import { type Labels, METADATA, QueryError, type Series, type Steps } from "../values.ts";
import type { Run } from "./run.ts";

const SAME_LABELS = "vector cannot contain metrics with the same labelset";

/** Units of looking at the labels of a series. */
export const SERIES_UNITS = 15;

export const timeAt = ({ start, step }: Steps, i: number): number => start + i * step;

/** A series while its values are being computed. */
export class Builder {
	labels: Labels;
	readonly values: Float64Array;
	readonly present: Uint8Array;
	dropName: boolean;
	#any = false;

	constructor(run: Run, labels: Labels, steps: number, dropName = false) {
		run.meter.values(steps);
		this.labels = labels;
		this.values = new Float64Array(steps);
		this.present = new Uint8Array(steps);
		this.dropName = dropName;
	}

	get any(): boolean {
		return this.#any;
	}

	set(step: number, value: number): void {
		this.values[step] = value;
		this.present[step] = 1;
		this.#any = true;
	}
}

/** Those that have a value at any step. */
export const built = (builders: Iterable<Builder>): Series[] => Array.from(builders).filter(({ any }) => any);

/** The same value at each step: what does not depend on it is evaluated once. */
export function repeated(run: Run, series: readonly Series[], steps: number): Series[] {
	run.meter.values(series.length * steps);
	return series.map(({ labels, values, dropName }) => ({
		labels,
		values: new Float64Array(steps).fill(values[0] as number),
		present: new Uint8Array(steps).fill(1),
		dropName,
	}));
}

/** Merges series with the same labels into one with the values of all. @throws QueryError where two have one at the same step */
export function* merged(run: Run, series: readonly Series[]): Work<readonly Series[]> {
	const byKey = new Map<string, Series>();
	for (const each of series) {
		const { key } = each.labels;
		const same = byKey.get(key);
		byKey.set(key, same ? together(same, each) : each);
		if (run.toll.due(SERIES_UNITS)) yield run.toll.taken();
	}
	return byKey.size === series.length ? series : [...byKey.values()];
}

function together(a: Series, b: Series): Series {
	const [values, present] = [a.values.slice(), a.present.slice()];
	for (let i = 0; i < present.length; i++) {
		if (!b.present[i]) continue;
		if (present[i]) throw new QueryError(SAME_LABELS);
		values[i] = b.values[i] as number;
		present[i] = 1;
	}
	return { ...a, values, present };
}

/** Series that are to lose the name of their metric lose it. */
export function* unnamed(run: Run, series: readonly Series[]): Work<Series[]> {
	const named: Series[] = [];
	for (const each of series) {
		named.push(each.dropName ? { ...each, labels: each.labels.without(METADATA) } : each);
		if (run.toll.due(SERIES_UNITS)) yield run.toll.taken();
	}
	return named;
}

/** The series of a node that is done: without the names that are to go, unless that waits for the end of the query, and merged. */
export function* settled(run: Run, series: readonly Series[]): Work<readonly Series[]> {
	if (!run.options.delayedNames) return yield* merged(run, yield* unnamed(run, series));
	// An instant's series are merged at the end, when their names are known.
	return (series[0]?.values.length ?? 1) === 1 ? series : yield* merged(run, series);
}

/** @throws QueryError where two series have the same labels, though at different steps */
export function* requireDistinct(run: Run, series: readonly Series[]): Work<void> {
	const keys = new Set<string>();
	for (const { labels } of series) {
		keys.add(labels.key);
		if (run.toll.due(SERIES_UNITS)) yield run.toll.taken();
	}
	if (keys.size < series.length) throw new QueryError(SAME_LABELS);
}
