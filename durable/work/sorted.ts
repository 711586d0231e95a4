/** Sorting that can be left and gone on with: stretches that are quickly sorted, then merged two by two. */
import { Toll, type Work } from "./work.ts";

const STRETCH = 2000;

/** Stable, like `Array.sort`. @returns a new array */
export function* sorted<T>(items: readonly T[], compare: (a: T, b: T) => number): Work<T[]> {
	let stretches: T[][] = [];
	for (let from = 0; from < items.length; from += STRETCH) {
		const stretch = items.slice(from, from + STRETCH).sort(compare);
		stretches.push(stretch);
		yield stretch.length * 20;
	}
	const toll = new Toll();
	while (stretches.length > 1) {
		const longer: T[][] = [];
		for (let i = 0; i < stretches.length; i += 2) {
			const [a, b = []] = stretches.slice(i, i + 2) as [T[], T[]?];
			const merged: T[] = [];
			for (let left = 0, right = 0; left < a.length || right < b.length; ) {
				const first = right === b.length || (left < a.length && compare(a[left] as T, b[right] as T) <= 0);
				merged.push((first ? a[left++] : b[right++]) as T);
				if (toll.due(3)) yield toll.taken();
			}
			longer.push(merged);
		}
		stretches = longer;
	}
	return stretches[0] ?? [];
}
