/** Asks the cluster for the rows that a reader has come to. */
import { isWindowed, type WindowedQuery } from "../../colony-bridge/protocol/plan.ts";
import type { Query } from "../../colony-bridge/protocol/query.ts";
import type { Page } from "../page-context.tsx";
import type { Span } from "./viewport.ts";

const windowed = (query: Query): query is WindowedQuery => isWindowed(query.kind);

/** @param at the place of the table's query on the page */
export function askForRows(page: Page, at: number, wanted: Span, total: number): void {
	const query = page.queries()[at];
	if (!query || !windowed(query)) return;
	const [first, end] = [Math.min(wanted.first, total), Math.min(wanted.end, total)];
	const offset = query.offset ?? 0;
	if (end <= first || (first >= offset && end <= offset + query.limit)) return;
	// As much above as below: people turn back.
	const next = Math.max(0, Math.round((first + end - query.limit) / 2));
	if (next !== offset) page.ask(at, { ...query, offset: next });
}
