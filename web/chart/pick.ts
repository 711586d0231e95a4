/** Selects the drawn lines of many. */
import type { Line } from "./model.ts";

/** Lines that colours and dashes distinguish, and that the cluster returns each. */
export const MOST_LINES = 10;

export const PICKS = { highest: "the highest", lowest: "the lowest", varying: "the most varying" } as const;
export type Pick = keyof typeof PICKS;

function rankOf(values: Line["values"], by: Pick): number {
	let sum = 0;
	let count = 0;
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	for (const value of values) {
		if (value === null) continue;
		// Divided before summing: a sum of the largest doubles overflows.
		sum += value / values.length;
		count++;
		if (value < low) low = value;
		if (value > high) high = value;
	}
	if (count === 0) return Number.NEGATIVE_INFINITY;
	if (by === "varying") return high / 2 - low / 2;
	const mean = sum / (count / values.length);
	return by === "lowest" ? -mean : mean;
}

/**
 * Sorts by the mean over the time range: by the latest value, lines would change with each push.
 * @param before the drawn lines: a line that remains keeps its place, hence its colour
 */
export function pickLines(lines: readonly Line[], by: Pick, before: readonly Line[] = []): readonly Line[] {
	if (lines.length <= MOST_LINES) return lines;
	const ranked = lines
		.map((line) => ({ line, rank: rankOf(line.values, by) }))
		.sort((a, b) => Number(b.rank > a.rank) - Number(b.rank < a.rank));
	const chosen = new Map(ranked.slice(0, MOST_LINES).map(({ line }) => [line.key, line]));
	const places: (Line | undefined)[] = [];
	for (let place = 0; place < MOST_LINES; place++) {
		const key = before[place]?.key;
		const line = key === undefined ? undefined : chosen.get(key);
		if (line) chosen.delete(line.key);
		places.push(line);
	}
	const rest = chosen.values();
	return places.map((line) => line ?? (rest.next().value as Line));
}
