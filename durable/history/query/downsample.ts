/** Fewer points that still show every peak. */

export interface Points {
	/** ms, ascending. */
	at: number[];
	values: number[];
}

/** @returns at most `budget` points: the lowest and the highest of each stretch, in order of time; the newest is always among them. */
export function reduce(points: Points, budget: number): Points {
	const { length } = points.at;
	if (length <= budget) return points;
	if (budget < 3) return pick(points, [length - 1]);
	const stretches = Math.floor((budget - 1) / 2);
	const chosen: number[] = [];
	for (let s = 0; s < stretches; s++) {
		const from = Math.floor((s * (length - 1)) / stretches);
		const until = Math.floor(((s + 1) * (length - 1)) / stretches);
		let low = from;
		let high = from;
		for (let i = from + 1; i < until; i++) {
			if ((points.values[i] as number) < (points.values[low] as number)) low = i;
			if ((points.values[i] as number) > (points.values[high] as number)) high = i;
		}
		chosen.push(Math.min(low, high));
		if (low !== high) chosen.push(Math.max(low, high));
	}
	chosen.push(length - 1);
	return pick(points, chosen);
}

function pick(points: Points, chosen: readonly number[]): Points {
	return { at: chosen.map((i) => points.at[i] as number), values: chosen.map((i) => points.values[i] as number) };
}
