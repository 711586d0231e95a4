/** Making, naming and merging the series of a vector. */
import { type Labels, METADATA, QueryError, type Series, type Steps } from "../values.ts";
import type { Run } from "./run.ts";

const SAME_LABELS = "vector cannot contain metrics with the same labelset";

export const timeAt = ({ start, step }: Steps, i: number): number => start + i * step;

/** A series while its values are being computed. */
export class Builder {
	labels: Labels;
	readonly values: Float64Array;
	readonly present: Uint8Array;
	dropName: boolean;
	#any = false;

	constructor(labels: Labels, steps: number, dropName = false) {
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

/** The built series that have a value at any step. */
export function built(run: Run, builders: Iterable<Builder>): Series[] {
	const series: Series[] = [];
	for (const builder of builders) if (builder.any) series.push(builder);
	if (series[0]) run.meter.values(series.length * series[0].values.length);
	return series;
}

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

/** Of series with the same labels, one that has the values of all. @throws QueryError where two have one at the same step */
export function merged(series: readonly Series[]): readonly Series[] {
	const byKey = new Map<string, Series>();
	for (const each of series) {
		const same = byKey.get(each.labels.key);
		byKey.set(each.labels.key, same ? together(same, each) : each);
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
export function unnamed(series: readonly Series[]): Series[] {
	return series.map((each) => (each.dropName ? { ...each, labels: each.labels.without(METADATA) } : each));
}

/** The series of a node that is done: without the names that are to go, unless that waits for the end of the query, and merged. */
export function settled(run: Run, series: readonly Series[]): readonly Series[] {
	if (!run.options.delayedNames) return merged(unnamed(series));
	// An instant's series are merged at the end, when their names are known.
	return (series[0]?.values.length ?? 1) === 1 ? series : merged(series);
}

/** @throws QueryError where two series have the same labels, though at different steps */
export function requireDistinct(series: readonly Series[]): void {
	const keys = new Set(series.map(({ labels }) => labels.key));
	if (keys.size < series.length) throw new QueryError(SAME_LABELS);
}
