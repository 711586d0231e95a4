/** The explorer's queries in the URL. */
import { type Explored, explored } from "../../colony-bridge/protocol/pages/explore.ts";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import type { Changes } from "../page/url-state.ts";

/** A row of the explorer's form, as in the URL. */
export interface QueryRow {
	text: string;
	aggregation?: string;
	fold?: string;
	draw?: string;
}

/** Parallel lists, one entry per row. */
export const ROW_PARAMETERS = ["q", "agg", "fold", "draw"] as const;

/** Drops empty texts at the end; undefined if nothing is left. */
function trimmed(texts: readonly string[]): readonly string[] | undefined {
	const last = texts.findLastIndex((text) => text !== "");
	return last < 0 ? undefined : texts.slice(0, last + 1);
}

export const changesFor = (rows: readonly QueryRow[]): Changes => ({
	q: rows.length > 0 ? rows.map(({ text }) => text) : undefined,
	agg: trimmed(rows.map(({ aggregation }) => aggregation ?? "")),
	fold: trimmed(rows.map(({ fold }) => fold ?? "")),
	draw: trimmed(rows.map(({ draw }) => (draw === "line" ? "" : (draw ?? "")))),
});

export const withQuery = (view: PageView, text: string): Changes => changesFor([...explored(view), { text }]);

/** Without the row at an index, or with another text in its place. */
export const replaced = (rows: readonly Explored[], index: number, text?: string): Changes =>
	changesFor(rows.flatMap((row, i) => (i !== index ? [row] : text === undefined ? [] : [{ text, draw: row.draw }])));
