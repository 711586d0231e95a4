/**
 * Sums that keep the small parts which addition rounds away: Kahan's, as Neumaier improved it. Loops over samples have sum and lost part in variables
 * of their own, and the two lines that move them: in an object, or a call, they take three times as long.
 */

/** A sum with what it has lost; an infinite one has lost nothing that a number could say. */
export const summed = (sum: number, lost: number): number => (Number.isFinite(sum) ? sum + lost : sum);

/** The mean where the sum of the values is past what a number holds: from there on each value moves it. */
export function movingMean(values: Float64Array, first: number, end: number): number {
	let [mean, lost] = [values[first] as number, 0];
	let moved = false;
	for (let i = first + 1; i < end; i++) {
		const [value, count] = [values[i] as number, i - first + 1];
		if (!moved) {
			const next = mean + value;
			if (Math.abs(next) !== Number.POSITIVE_INFINITY) {
				lost += Math.abs(mean) >= Math.abs(value) ? mean - next + value : value - next + mean;
				mean = next;
				continue;
			}
			moved = true;
			mean /= count - 1;
			lost /= count - 1;
		}
		const share = (count - 1) / count;
		const [kept, added] = [mean * share, value / count];
		mean = kept + added;
		if (Math.abs(mean) === Number.POSITIVE_INFINITY) lost = 0;
		else lost = lost * share + (Math.abs(kept) >= Math.abs(added) ? kept - mean + added : added - mean + kept);
	}
	return moved ? mean + lost : mean / (end - first) + lost / (end - first);
}
