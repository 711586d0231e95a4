/** The events that the page knows of, for the time axes of its charts: marks, and errors where the page asks for them. */
import { usePage } from "../page/context.tsx";
import { type PageEvents, pageEvents } from "./events.ts";

export function usePageEvents(): () => PageEvents {
	const { answers } = usePage().data;
	return () => pageEvents(answers.find("marks"), answers.find("errors"), answers.find("errorCounts"));
}
