/** The rows of the explorer's form as an address has them. */
import { type Explored, explored } from "../../colony-bridge/protocol/explore.ts";
import type { PageView } from "../../colony-bridge/protocol/page-view.ts";
import type { Changes } from "../view/address.ts";

export interface PickedRow {
	text: string;
	aggregation?: string;
	fold?: string;
	draw?: string;
}

/** Parameters that are whole only together. */
export const ROW_PARAMETERS = ["q", "agg", "fold", "draw"] as const;

/** A list that says nothing is left out. */
function spoken(texts: readonly string[]): readonly string[] | undefined {
	const last = texts.findLastIndex((text) => text !== "");
	return last < 0 ? undefined : texts.slice(0, last + 1);
}

export const changesFor = (rows: readonly PickedRow[]): Changes => ({
	q: rows.length > 0 ? rows.map(({ text }) => text) : undefined,
	agg: spoken(rows.map(({ aggregation }) => aggregation ?? "")),
	fold: spoken(rows.map(({ fold }) => fold ?? "")),
	draw: spoken(rows.map(({ draw }) => (draw === "line" ? "" : (draw ?? "")))),
});

export const withPicked = (view: PageView, text: string): Changes => changesFor([...explored(view), { text }]);

export const without = (rows: readonly Explored[], gone: number): Changes => changesFor(rows.filter((_, i) => i !== gone));
