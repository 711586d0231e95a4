/**
 * A window of things in the order of their keys, without sorting all of them: at ten thousand rows whose numbers change with every push,
 * an order that is kept would be made anew each time.
 *
 * The keys are sorted as plain numbers, which engines do natively; those at the window's two ends bound it, and only what lies between is
 * put in order.
 */

/**
 * @param keys one each, ascending; `Infinity` for what has none: it comes last. No NaN.
 * @returns places of the keys from the `offset`-th on, `limit` of them or as many as there are; equal keys by place.
 */
export function ranked(keys: Float64Array, offset: number, limit: number): number[] {
	const end = Math.min(offset + limit, keys.length);
	if (offset >= end) return [];
	const sorted = keys.slice().sort();
	const low = sorted[offset] as number;
	const high = sorted[end - 1] as number;
	let before = 0;
	const between: number[] = [];
	for (let place = 0; place < keys.length; place++) {
		const key = keys[place] as number;
		if (key < low) before++;
		else if (key <= high) between.push(place);
	}
	// Stable: where all keys are equal they are in order already.
	if (low !== high) between.sort((a, b) => Math.sign((keys[a] as number) - (keys[b] as number)) || a - b);
	return between.slice(offset - before, end - before);
}

/** @returns how many keys come before the one at this place, in the order of {@link ranked}. */
export function keysBefore(keys: Float64Array, place: number): number {
	const own = keys[place] as number;
	let before = 0;
	for (let i = 0; i < keys.length; i++) {
		const key = keys[i] as number;
		if (key < own || (key === own && i < place)) before++;
	}
	return before;
}
