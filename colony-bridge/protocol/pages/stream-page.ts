/** Queries of a stream's page. Apart from `plan.ts`, so that the browser loads it with that page only. */

import type { QueryInput, QueryKind } from "../query/query.ts";
import { seriesKey } from "../wire/selector.ts";

const BEFORE_ID = "streaming/";

/** A stream's page by its name, `streaming/{id}`. */
export const streamPage = (id: string): string => BEFORE_ID + id;

/** @returns the id, undefined where it is no stream's page. */
export const streamOf = (page: string): string | undefined => (page.startsWith(BEFORE_ID) ? page.slice(BEFORE_ID.length) : undefined);

function queriesBy(stream: string, operator?: string) {
	const chart = (metrics: string[], more: object = {}) => ({
		kind: "metrics" as const,
		selectors: metrics.map((metric) => seriesKey(metric, { stream })),
		range: "15m",
		points: 180,
		fold: "together" as const,
		...more,
	});
	return {
		stream: { kind: "streams", stream },
		throughput: chart(["records_in", "stream_records_total", "records_out"], { aggregation: "rate" }),
		lag: chart(["stream_lag_seconds"]),
		latency: chart(["stream_latency_p50", "stream_latency_p95", "stream_latency_p99"]),
		pressure: chart(["stream_busy", "stream_throttle", "stream_buffer_fill"]),
		windows: chart(["stream_windows_open"]),
		fired: chart(["stream_windows_fired_total"], { aggregation: "increase", points: 40 }),
		late: chart(["stream_late_records_total"], { aggregation: "increase", points: 40 }),
		operators: { kind: "operators", stream },
		subtasks: { kind: "subtasks", stream, ...(operator !== undefined && { operator }) },
		checkpoints: { kind: "checkpoints", stream },
		errors: { kind: "errors", limit: 20, stream },
		logs: { kind: "logs", limit: 100, stream },
		marks: { kind: "marks", limit: 20, stream },
	} satisfies Record<string, QueryInput>;
}

type Own = ReturnType<typeof queriesBy>;
export type StreamAnswer = keyof Own;
export type StreamAnswerKind<N extends StreamAnswer> = Own[N]["kind"] & QueryKind;

/** In the order of their answers, which stand after the shell's. @param operator whose subtasks; absent: all operators'. */
export const streamQueries = (id: string, operator?: string): QueryInput[] => Object.values(queriesBy(id, operator));

/** Index of an answer among the page's own. */
export const streamAnswer = (name: StreamAnswer): number => Object.keys(queriesBy("")).indexOf(name);
