/** The order of series: name by name, value by value. */
import type { Labels } from "../values.ts";

export function byLabels(a: Labels, b: Labels): number {
	const shorter = Math.min(a.flat.length, b.flat.length);
	for (let i = 0; i < shorter; i++) {
		const [x, y] = [a.flat[i] as string, b.flat[i] as string];
		if (x !== y) return x < y ? -1 : 1;
	}
	return a.flat.length - b.flat.length;
}
