/** Start of the charts of a page. */
import type { Metrics } from "../../colony-bridge/protocol/query/view.ts";

/** Columns that the finest chart of a page has at least. */
const FEWEST = 12;

function firstKnown({ series, start, step, length }: Metrics): number {
	let first = length;
	for (const { values } of series) {
		let known = 0;
		while (known < first && values[known] === null) known++;
		first = known;
	}
	return first < length ? start + first * step : Number.POSITIVE_INFINITY;
}

/** The instant at which charts of these numbers begin together, where they reach so far back, ms; infinite: nothing is known. */
export function beginOf(answers: readonly Metrics[]): number {
	const first = Math.min(...answers.map(firstKnown));
	const room = Math.max(...answers.map(({ start, step, length }) => start + (length - FEWEST) * step));
	return Number.isFinite(first) ? Math.min(first, room) : first;
}
