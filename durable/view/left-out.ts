/** What bridges leave out of what their colonies say, for people: the worst first, a few, and how many more there are. */
import type { LeftOut } from "../../colony-bridge/protocol/left-out.ts";
import type { ClusterView } from "../../colony-bridge/protocol/view.ts";
import type { Link } from "../state/link.ts";

/** Rows told. A page's first answer stays small with a thousand bridges. */
const MOST_ROWS = 20;

/** What is missing now before what was lost once, then the most. */
export function byWeight(a: LeftOut, b: LeftOut): number {
	return Number(a.at !== undefined) - Number(b.at !== undefined) || b.count - a.count;
}

export function leftOutView(links: readonly Link[]): Pick<ClusterView, "leftOut"> {
	const rows = links.flatMap(({ bridge, leftOut = [] }) => leftOut.map((left) => ({ bridge, ...left })));
	return rows.length > 0 ? { leftOut: { total: rows.length, rows: rows.sort(byWeight).slice(0, MOST_ROWS) } } : {};
}
