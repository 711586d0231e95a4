/** Ranks metrics by what their names and units promise to tell, for readers who do not know the program behind them. */
import type { SeriesDefinition } from "../wire/series.ts";

type Ranked = Pick<SeriesDefinition, "name" | "type" | "unit">;

/** Metrics of a program's runtime, its scraper and its build, and parts of histograms: any program has them. */
const TELLS_LITTLE =
	/^(?:up$|scrape_|go_|python_|nodejs_|jvm_|promhttp_|prometheus_|otel_|process_(?:virtual|max|open|start)|target_info)|_(?:info|created|bucket|sum)$|_timestamp|_time_seconds$/;

const words =
	(pattern: RegExp) =>
	({ name }: Ranked): boolean =>
		pattern.test(name);

/** In the order in which somebody who has to help asks: faults, queues, work done, latency, load, other resources. */
const ASKED_FIRST: ((metric: Ranked) => boolean)[] = [
	words(/error|fail|exception|drop|reject|timeout|retr(?:y|ies)|lost|oom/),
	words(/queue|backlog|pending|lag|wait|delay|in_flight|inflight/),
	words(/request|message|record|event|job|task|quer(?:y|ies)|operation|transaction|call/),
	({ name, type, unit }) => /latency|duration|_seconds_count$/.test(name) || (unit === "seconds" && type === "gauge"),
	({ name, unit }) => /cpu|memory|resident|load|heap|_(?:percent|ratio|utilization)$/.test(name) || unit === "percent" || unit === "ratio",
	words(/disk|filesystem|network|connection|bytes|thread/),
];

/** The rank of those that tell little. */
export const LITTLE = 2 * ASKED_FIRST.length + 2;

/** @returns the lowest for what is asked first */
export function rankOf(metric: Ranked): number {
	if (TELLS_LITTLE.test(metric.name)) return LITTLE;
	const asked = ASKED_FIRST.findIndex((is) => is(metric));
	// A rate tells more than an amount of the same.
	return 2 * (asked < 0 ? ASKED_FIRST.length : asked) + (metric.type === "gauge" ? 1 : 0);
}
