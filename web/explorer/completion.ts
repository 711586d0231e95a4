/** What a selector that is being typed may become: names while there is no brace, then series with their labels. */
import type { NameAnswer, SeriesAnswer } from "../../colony-bridge/protocol/rest.ts";

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
