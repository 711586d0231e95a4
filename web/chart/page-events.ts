/** The events that the page knows of, for the time axes of its charts: marks, and errors where the page asks for them. */
import type { QueryKind } from "../../colony-bridge/protocol/query/query.ts";
import { usePage } from "../page/context.tsx";
import { type PageEvents, pageEvents } from "./events.ts";

export function usePageEvents(): () => PageEvents {
	const page = usePage();
	const place = (kind: QueryKind) => page.input.queries.findIndex((query) => query.kind === kind);
	const [marksAt, errorsAt, countsAt] = [place("marks"), place("errors"), place("errorCounts")];
	return () =>
		pageEvents(
			marksAt < 0 ? undefined : page.data.answers.read(marksAt, "marks"),
			errorsAt < 0 ? undefined : page.data.answers.read(errorsAt, "errors"),
			countsAt < 0 ? undefined : page.data.answers.read(countsAt, "errorCounts"),
		);
}
