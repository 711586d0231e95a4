/** Which colour a task has: by its kind where the colony says kinds, else by its name; the most frequent first. Eight can be told apart. */
import type { Lanes } from "./lanes.ts";

export const COLOURS = 8;
/** The colour of all names after the first eight. */
export const OTHER = COLOURS;

export interface Colouring {
	by: "kind" | "name";
	/** In the order of the colours, how many tasks each. */
	groups: { text: string; count: number }[];
	/** Tasks that are none of those. */
	others: number;
	of(at: number): number;
}

export function colouring(lanes: Lanes): Colouring {
	const by = lanes.kinds.length > 1 ? "kind" : "name";
	const [texts, counts, column] =
		by === "kind" ? ([lanes.kinds, lanes.kindCounts, lanes.kind] as const) : ([lanes.names, lanes.nameCounts, lanes.name] as const);
	const first = [...texts.keys()].sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b).slice(0, COLOURS);
	const colours = new Uint8Array(texts.length).fill(OTHER);
	for (const [colour, place] of first.entries()) colours[place] = colour;
	const groups = first.map((place) => ({ text: texts[place] as string, count: counts[place] as number }));
	const others = lanes.size - groups.reduce((sum, { count }) => sum + count, 0);
	return { by, groups, others, of: (at) => ((column[at] as number) < 0 ? OTHER : (colours[column[at] as number] as number)) };
}
