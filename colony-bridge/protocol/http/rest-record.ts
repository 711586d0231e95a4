/** Answers of REST about runs, annotations and the list of clusters. */
import * as v from "valibot";
import { Count } from "../wire/names.ts";
import { Timestamp } from "./rest.ts";

export const RunAnswer = v.object({
	id: v.string(),
	colony: v.string(),
	bridge: v.string(),
	began_at: Timestamp,
	/** First report: before it nothing was known of the run. */
	reported_at: Timestamp,
	/** Absent: it goes on. `silent`: it may be heard again. */
	end: v.optional(v.picklist(["stopped", "silent", "replaced"])),
	/** When it was heard for the last time. */
	ended_at: v.optional(Timestamp),
	/** Tasks that ended in it, by how. */
	completed: Count,
	failed: Count,
	cancelled: Count,
	no_result: Count,
	/** Ends of tasks that were no first attempt. */
	retries: Count,
	/** Most workers at a time. */
	workers: Count,
	first_error: v.optional(v.object({ timestamp: Timestamp, text: v.string() })),
});
export type RunAnswer = v.InferOutput<typeof RunAnswer>;

const RunTaskCounts = {
	completed: Count,
	failed: Count,
	cancelled: Count,
	no_result: Count,
	p50_ms: v.optional(v.number()),
	p95_ms: v.optional(v.number()),
	/** Sum of all known durations. */
	total_ms: v.optional(v.number()),
};
/** Tasks are those of the whole cluster while the run went on. */
export const RunDetailsAnswer = v.object({
	...RunAnswer.entries,
	tasks: v.array(v.object({ name: v.string(), ...RunTaskCounts, with: v.optional(v.object(RunTaskCounts)) })),
	/** Names there are. */
	tasks_total: Count,
});
export type RunDetailsAnswer = v.InferOutput<typeof RunDetailsAnswer>;

export const AnnotationAnswer = v.object({
	id: v.string(),
	text: v.string(),
	kind: v.string(),
	at: Timestamp,
	until: v.optional(Timestamp),
	/** Its subject; neither: the cluster. */
	worker: v.optional(v.string()),
	stream: v.optional(v.string()),
	/** Who wrote it; absent where nobody has to say who they are. */
	by: v.optional(v.string()),
	created_at: Timestamp,
	edited_at: v.optional(Timestamp),
});
export type AnnotationAnswer = v.InferOutput<typeof AnnotationAnswer>;

/** One of `GET /api/clusters`. */
export const SummaryAnswer = v.object({
	name: v.string(),
	/** Path of its pages. */
	path: v.string(),
	colony: v.optional(v.string()),
	status: v.picklist(["healthy", "degraded", "unhealthy", "silent", "unknown"]),
	since: v.optional(Timestamp),
	reason: v.optional(v.string()),
	/** Newest first. */
	changes: v.array(v.object({ timestamp: Timestamp, status: v.string(), message: v.optional(v.string()) })),
	workers: v.object({ total: Count, ready: Count, failed: Count }),
	tasks: v.object({ active: Count, queued: Count, per_second: v.number() }),
	/** Those of the last hour. */
	errors: Count,
	bridges: Count,
	last_push: v.optional(Timestamp),
	/** Instant of all this; absent: the cluster has not told of itself yet. */
	as_of: v.optional(Timestamp),
});
export type SummaryAnswer = v.InferOutput<typeof SummaryAnswer>;
