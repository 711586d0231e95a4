/** Completions of a selector: names before the brace, then series with their labels. */
import type { NameAnswer, SeriesAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { type Explored, explored } from "../../colony-bridge/protocol/pages/explore.ts";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import type { Changes } from "../page/url-state.ts";

const MOST = 20;

/** @param api `{base}/api`. @returns none where the server cannot be asked: typing goes on without. */
export async function completions(api: string, text: string, signal: AbortSignal): Promise<string[]> {
	const brace = text.indexOf("{");
	const name = (brace < 0 ? text : text.slice(0, brace)).trim();
	const words = brace < 0 ? name : text.slice(brace).replace(/[^\p{L}\p{N}_.-]+/gu, " ");
	const asked = new URLSearchParams({ match: words.trim().slice(0, 200), limit: String(MOST) });
	if (brace < 0) asked.set("by", "name");
	else asked.set("names", name);
	try {
		const response = await fetch(`${api}/series?${asked}`, { signal });
		if (!response.ok) return [];
		const rows = (await response.json()) as (NameAnswer | SeriesAnswer)[];
		return rows.map((row) => ("selector" in row ? row.selector : row.name));
	} catch {
		return [];
	}
}

/** The rows of the explorer's form as an address has them. */
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
