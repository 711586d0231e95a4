/** The page's events for the time axes of charts, and errors if the page queries them. */
import { usePage } from "../page/context.tsx";
import { type PageEvents, pageEvents } from "./events.ts";

export function usePageEvents(): () => PageEvents {
	const { answers } = usePage().data;
	return () => pageEvents(answers.find("marks"), answers.find("errors"), answers.find("errorCounts"));
}
