/** The colour of each task: by result, by kind where the colony reports kinds, else by name. */
import { BAR_STATUSES } from "../../colony-bridge/protocol/query/task-bars.ts";
import type { Lanes } from "./lanes.ts";

/** Number of names with a colour of their own, the most frequent ones. Eight colours can be told apart. */
export const COLOURS = 8;
export const OTHER = COLOURS;

export interface Colouring {
	by: "result" | "kind" | "name";
	/** Colour tokens, by colour index. */
	inks: readonly string[];
	/** Task counts, by colour index. */
	groups: { text: string; count: number }[];
	/** Tasks in no group. */
	others: number;
	/** Colour index of the task at a position in the columns. */
	of(at: number): number;
}

/** In the order of BAR_STATUSES. */
const RESULT_INKS: Record<(typeof BAR_STATUSES)[number], string> = {
	completed: "line-strong",
	failed: "bad",
	cancelled: "line-strong",
	open: "calm",
	no_result: "line-strong",
	"not-heard": "off",
};

export const byResult = (lanes: Lanes): Colouring => ({
	by: "result",
	inks: BAR_STATUSES.map((status) => RESULT_INKS[status]),
	groups: [],
	others: 0,
	of: (at) => lanes.status[at] as number,
});

export function byName(lanes: Lanes): Colouring {
	const by = lanes.kinds.length > 1 ? "kind" : "name";
	const [texts, counts, column] =
		by === "kind" ? ([lanes.kinds, lanes.kindCounts, lanes.kind] as const) : ([lanes.names, lanes.nameCounts, lanes.name] as const);
	const first = [...texts.keys()].sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b).slice(0, COLOURS);
	const colours = new Uint8Array(texts.length).fill(OTHER);
	for (const [colour, place] of first.entries()) colours[place] = colour;
	const groups = first.map((place) => ({ text: texts[place] as string, count: counts[place] as number }));
	const others = lanes.size - groups.reduce((sum, { count }) => sum + count, 0);
	return {
		by,
		inks: [...Array.from({ length: COLOURS }, (_, i) => `s${i + 1}`), "ink-3"],
		groups,
		others,
		of: (at) => ((column[at] as number) < 0 ? OTHER : (colours[column[at] as number] as number)),
	};
}
