/** The explorer's queries: completing selectors, and their form in the URL. */
import type { NameAnswer, SeriesAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { type Explored, explored } from "../../colony-bridge/protocol/pages/explore.ts";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import type { Changes } from "../page/url-state.ts";

const MOST = 20;

/** Completes metric names before a brace, series after it. @param api `{base}/api`. @returns an empty list if the request fails */
export async function completions(api: string, text: string, signal: AbortSignal): Promise<string[]> {
	const brace = text.indexOf("{");
	const name = (brace < 0 ? text : text.slice(0, brace)).trim();
	const words = brace < 0 ? name : text.slice(brace).replace(/[^\p{L}\p{N}_.-]+/gu, " ");
	const parameters = new URLSearchParams({ match: words.trim().slice(0, 200), limit: String(MOST) });
	if (brace < 0) parameters.set("by", "name");
	else parameters.set("names", name);
	try {
		const response = await fetch(`${api}/series?${parameters}`, { signal });
		if (!response.ok) return [];
		const rows = (await response.json()) as (NameAnswer | SeriesAnswer)[];
		return rows.map((row) => ("selector" in row ? row.selector : row.name));
	} catch {
		return [];
	}
}

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

export const without = (rows: readonly Explored[], index: number): Changes => changesFor(rows.filter((_, i) => i !== index));
