/** The order of series: name by name, value by value. */
import { sorted, type Work } from "../../work/work.ts";
import type { Labels } from "../values.ts";

export function byLabels(a: Labels, b: Labels): number {
	const shorter = Math.min(a.flat.length, b.flat.length);
	for (let i = 0; i < shorter; i++) {
		const [x, y] = [a.flat[i] as string, b.flat[i] as string];
		if (x !== y) return x < y ? -1 : 1;
	}
	return a.flat.length - b.flat.length;
}

/** Sorted by their labels. */
export function* inOrder<Labelled extends { readonly labels: Labels }>(series: readonly Labelled[]): Work<readonly Labelled[]> {
	if (series.every((each, i) => i === 0 || byLabels((series[i - 1] as Labelled).labels, each.labels) <= 0)) return series;
	return yield* sorted(series, (a, b) => byLabels(a.labels, b.labels));
}
