/** Answers that end with the clock: between two of them time goes on here, and nothing has come for it. */

/** Columns of one length in steps; of a single one only its own step counts. */
export interface Columns {
	start: number;
	step: number;
	length: number;
}

/** Whole steps by which the end of the columns lies behind an instant, at most all of them. */
export function stepsBehind({ start, step, length }: Columns, now: number): number {
	const behind = (now - start) / step - (length - 1);
	// A single column ends where it was asked, within its step.
	return Math.min(length, Math.max(0, length === 1 ? Math.floor(behind) : Math.ceil(behind)));
}

/** Values that have moved on by so many steps. */
export const movedOn = (values: readonly (number | null)[], steps: number): (number | null)[] => [
	...values.slice(steps),
	...new Array<null>(Math.min(steps, values.length)).fill(null),
];

/** The same answer as the cluster would give it so many steps later, if nothing came. */
export function laterBy<A extends Columns & { series: readonly { values: (number | null)[] }[] }>(answer: A, steps: number): A {
	if (steps === 0) return answer;
	const series = answer.series.map((column) => ({ ...column, values: movedOn(column.values, steps) }));
	return { ...answer, start: answer.start + steps * answer.step, series };
}
