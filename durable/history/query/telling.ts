/** How much a metric's name promises to tell of how things go, for those who know nothing of the program behind it. */
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";

/** Of a program's runtime, its scraper, its build, and parts of histograms: true of any program. */
const TELLS_LITTLE =
	/^(?:up$|scrape_|go_|python_|nodejs_|jvm_|promhttp_|prometheus_|otel_|process_(?:virtual|max|open|start)|target_info)|_(?:info|created|bucket|sum)$|_timestamp|_time_seconds$/;
/** What somebody who has to help asks first: what fails, what waits, how much is done, how long it takes, what it costs. */
const ASKED_FIRST = [
	/error|fail|exception|dropped|reject|timeout|retr(?:y|ies)/,
	/queue|backlog|pending|lag|waiting|in_flight|inflight/,
	/request|message|record|event|job|task|quer(?:y|ies)|operation|transaction|call/,
	/latency|duration|_seconds_count$/,
	/cpu|memory|resident|load|heap/,
	/disk|filesystem|network|connection|bytes|thread/,
];

/** The rank of those that tell little. */
export const LITTLE = 2 * ASKED_FIRST.length + 2;

/** @returns less is asked for sooner */
export function rankOf({ name, type }: Pick<SeriesDefinition, "name" | "type">): number {
	if (TELLS_LITTLE.test(name)) return LITTLE;
	const asked = ASKED_FIRST.findIndex((words) => words.test(name));
	// How fast it is done tells more of the same than how much there is.
	return 2 * (asked < 0 ? ASKED_FIRST.length : asked) + (type === "gauge" ? 1 : 0);
}
