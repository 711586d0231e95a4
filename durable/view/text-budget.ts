/**
 * Rows that carry the colony's own text (log lines, stack traces) can be a thousand times as long as others: they are cut by size as well as
 * by number, and the answer says of how many.
 */

/** Characters a row of an answer may have on average, and what the shortest answer may have. */
const PER_ROW = 256;
const AT_LEAST = 24_000;

/** @returns the first rows that fit, at least one where there is one. */
export function fitText<T>(rows: Iterable<T>, limit: number, charsOf: (row: T) => number): T[] {
	const fitting: T[] = [];
	let room = Math.max(AT_LEAST, limit * PER_ROW);
	for (const row of rows) {
		room -= charsOf(row);
		if (fitting.length > 0 && room < 0) break;
		fitting.push(row);
		if (fitting.length === limit) break;
	}
	return fitting;
}
