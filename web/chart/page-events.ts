/** The events that the page knows of, for the time axes of its charts: marks, and errors where the page asks for them. */
import type { QueryKind } from "../../colony-bridge/protocol/query.ts";
import type { ErrorDensity } from "../../colony-bridge/protocol/view.ts";
import { usePage } from "../page-context.tsx";
import type { ChartEvent } from "./events.ts";

/** The tables a page shows are cut: what is older than the oldest row may be missing, which `since` says. */
export interface PageEvents {
	events: ChartEvent[];
	/** Instant from which they are complete, ms. */
	since: number;
	/** Where all errors are counted: those among the events are the newest of them. */
	density?: ErrorDensity;
}

export function usePageEvents(): () => PageEvents {
	const page = usePage();
	const place = (kind: QueryKind) => page.input.queries.findIndex((query) => query.kind === kind);
	const [marksAt, errorsAt, countsAt] = [place("marks"), place("errors"), place("errorCounts")];
	return () => {
		const marks = marksAt < 0 ? undefined : page.answers.read(marksAt, "marks");
		const errors = errorsAt < 0 ? undefined : page.answers.read(errorsAt, "errors");
		const oldest = (table: { total: number; rows: readonly { at: number }[] } | undefined) =>
			table && table.rows.length < table.total ? (table.rows.at(-1)?.at ?? 0) : 0;
		return {
			events: [
				...(marks?.rows ?? []).map(({ at, until, kind, text }) => ({ at, until, kind, text })),
				...(errors?.rows ?? []).map(({ at, name, message }) => ({ at, kind: "error", text: name ? `${name}: ${message}` : message })),
			],
			since: Math.max(oldest(marks), oldest(errors)),
			...(countsAt >= 0 && { density: page.answers.read(countsAt, "errorCounts") }),
		};
	};
}
