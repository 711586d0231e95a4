/** Shapes of the REST answers, in the specification's words (snake_case, ISO 8601 UTC). A field the colony never reported is absent. */
import * as v from "valibot";
import { CommandState } from "../query/control.ts";
import { Layout } from "../wire/layout.ts";
import { NOT_HEARD } from "../wire/liveness.ts";
import { Count, Value } from "../wire/names.ts";
import { recordOf } from "../wire/record.ts";
import { SeriesType } from "../wire/series.ts";
import { Check, Checkpoint, EndStatus, Health, LogLevel, Stream, TaskFailure, WorkerStatus } from "../wire/state.ts";

export const Timestamp = v.pipe(v.string(), v.isoTimestamp());
const Rest = v.optional(v.string());

/** Something that counts against the cluster's health; `healthy`: it only has to be known. */
export const FindingAnswer = v.object({
	/** The same as long as it holds. */
	id: v.string(),
	kind: v.string(),
	status: Health,
	text: v.string(),
	since: v.optional(Timestamp),
	/** The colony's words. */
	message: Rest,
	runbook: Rest,
	/** Workers that a restart may help: the first of them. */
	restart: v.optional(v.array(v.string())),
});
export type FindingAnswer = v.InferOutput<typeof FindingAnswer>;

export const ClusterAnswer = v.object({
	name: v.string(),
	status: v.picklist(["healthy", "degraded", "unhealthy", "silent", "unknown"]),
	/** Since when it has this status. Absent: it has just come to it. */
	since: v.optional(Timestamp),
	/** Why, where it is not healthy. */
	reason: Rest,
	/** The same one by one, the worst first, and how many more there are. */
	findings: v.optional(v.array(FindingAnswer)),
	more_findings: v.optional(Count),
	silent_since: v.optional(Timestamp),
	last_push: v.optional(Timestamp),
	/** Kinds of things that the cluster has ever reported: `workers`, `tasks`, `streams`, `checks`, `errors`, `series`; true, or since when it has none. */
	reported: recordOf(v.string(), v.union([v.literal(true), Timestamp])),
	/** Scraped targets, by their series `up`. */
	targets: v.optional(v.object({ total: Count, up: Count })),
	/** Workers of a stale bridge count as not heard only. */
	workers: v.object({ total: Count, ready: Count, busy: Count, not_heard: Count }),
	/** Invalid entries dropped by bridges, by field, most frequent first; `left_out_total` counts the fields if the list is truncated. */
	left_out: v.optional(
		v.array(v.object({ bridge: v.string(), field: v.string(), count: Count, reason: v.string(), last: v.optional(Timestamp) })),
	),
	left_out_total: v.optional(Count),
	tasks: v.object({ active: Count, queued: Count, not_heard: Count, completed: Count, failed: Count, cancelled: Count, no_result: Count }),
});
export type ClusterAnswer = v.InferOutput<typeof ClusterAnswer>;

/** Beside the status `not-heard`: the last status, and the instant of the bridge's last push. */
const Unheard = { last_status: Rest, stale_since: v.optional(Timestamp) };

export const WorkerAnswer = v.object({
	id: v.string(),
	status: v.picklist([...WorkerStatus.options, NOT_HEARD]),
	...Unheard,
	tasks_active: v.optional(Value),
	/** Share of one core, 0 to 100. */
	cpu_percent: v.optional(Value),
	/** Megabytes of 1,000,000 bytes. */
	memory_mb: v.optional(Value),
	role: Rest,
	health: Rest,
	message: Rest,
	tasks: v.optional(v.array(v.string())),
	restarts: v.optional(Count),
	started_at: v.optional(Timestamp),
	/** Since when it has this status: work that comes and goes is no change. */
	since: v.optional(Timestamp),
	/** Every other number the worker reports, by metric name. */
	metrics: recordOf(v.string(), Value),
});
export type WorkerAnswer = v.InferOutput<typeof WorkerAnswer>;

/** Metric name to its samples, oldest first. A name nobody reports is absent from the object and listed in the `Unknown-Metrics` header. */
export const MetricsAnswer = recordOf(v.string(), v.array(v.object({ timestamp: Timestamp, value: Value })));
export type MetricsAnswer = v.InferOutput<typeof MetricsAnswer>;

export const TaskAnswer = v.object({
	id: v.string(),
	name: v.string(),
	status: v.picklist(["queued", "running", ...EndStatus.options, NOT_HEARD]),
	...Unheard,
	kind: Rest,
	worker: Rest,
	attempt: v.optional(Count),
	/** 0 to 1. */
	progress: v.optional(Value),
	parent: Rest,
	dependencies: v.optional(v.array(v.string())),
	queued_at: v.optional(Timestamp),
	started_at: v.optional(Timestamp),
	ended_at: v.optional(Timestamp),
	duration_ms: v.optional(Value),
	error: v.optional(TaskFailure),
	/** For an ended task: how long it was queued, and its number among all ends. */
	wait_ms: v.optional(Value),
	number: v.optional(Count),
});
export type TaskAnswer = v.InferOutput<typeof TaskAnswer>;

/** Tasks: `active_total`, `ended_total` say how many there are where the lists are cut. */
export const TasksAnswer = v.object({
	active: v.array(TaskAnswer),
	active_total: Count,
	ended: v.array(TaskAnswer),
	ended_total: Count,
	queued: Count,
});
export type TasksAnswer = v.InferOutput<typeof TasksAnswer>;

/** `/api/tasks/history`: a page of the ended tasks that match. */
export const TaskHistoryAnswer = v.object({
	tasks: v.array(TaskAnswer),
	/** All that match, among those that are kept. */
	total: Count,
	/** Ends that are kept one by one, since when, and all there ever were. */
	retained: Count,
	since: v.optional(Timestamp),
	ended_total: Count,
	/** The `cursor` of the next page; absent: this is the last. */
	next: Rest,
});
export type TaskHistoryAnswer = v.InferOutput<typeof TaskHistoryAnswer>;

export const CheckpointAnswer = v.object({
	...v.omit(Checkpoint, ["startedAt", "endedAt"]).entries,
	started_at: v.optional(Timestamp),
	ended_at: v.optional(Timestamp),
});
export type CheckpointAnswer = v.InferOutput<typeof CheckpointAnswer>;

export const StreamAnswer = v.object({
	id: v.string(),
	name: Rest,
	status: v.picklist([...Stream.entries.status.options, NOT_HEARD]),
	...Unheard,
	watermark: v.optional(Timestamp),
	message: Rest,
	windows: Stream.entries.windows,
	/** Since when it has this status. */
	since: v.optional(Timestamp),
	/** The newest. */
	checkpoint: v.optional(CheckpointAnswer),
	metrics: recordOf(v.string(), Value),
});
export type StreamAnswer = v.InferOutput<typeof StreamAnswer>;

export const SubtaskAnswer = v.object({
	id: v.string(),
	worker: Rest,
	watermark: v.optional(Timestamp),
	/** Shares, 0 to 1. */
	busy: v.optional(Value),
	idle: v.optional(Value),
	back_pressured: v.optional(Value),
	buffer_fill: v.optional(Value),
	records_in: v.optional(Count),
	records_out: v.optional(Count),
});
export type SubtaskAnswer = v.InferOutput<typeof SubtaskAnswer>;

/** `/api/streams/{id}`: one stream whole. `subtasks_total` and `checkpoints_total` say how many there are where the lists are cut. */
export const StreamDetailAnswer = v.object({
	...StreamAnswer.entries,
	operators: v.array(
		v.object({ id: v.string(), name: v.string(), inputs: v.optional(v.array(v.string())), subtasks: v.array(SubtaskAnswer) }),
	),
	subtasks_total: Count,
	/** Newest first. */
	checkpoints: v.array(CheckpointAnswer),
	checkpoints_total: Count,
});
export type StreamDetailAnswer = v.InferOutput<typeof StreamDetailAnswer>;

/** `/api/series`: one series; its newest value where it is alive. */
export const SeriesAnswer = v.object({
	/** Selector as `names=` of `/api/metrics` takes it. */
	selector: v.string(),
	name: v.string(),
	labels: recordOf(v.string(), v.string()),
	type: SeriesType,
	unit: Rest,
	help: Rest,
	value: v.optional(Value),
	timestamp: v.optional(Timestamp),
});
export type SeriesAnswer = v.InferOutput<typeof SeriesAnswer>;

/** `/api/series?by=name`: one metric, and how many series match. */
export const NameAnswer = v.object({
	name: v.string(),
	type: SeriesType,
	unit: Rest,
	help: Rest,
	/** Names of the labels its series have. */
	labels: v.array(v.string()),
	series_active: Count,
	series_total: Count,
});
export type NameAnswer = v.InferOutput<typeof NameAnswer>;

export const CheckAnswer = v.object({
	id: v.string(),
	status: v.picklist([...Check.entries.status.options, NOT_HEARD]),
	...Unheard,
	at: v.optional(Timestamp),
	since: v.optional(Timestamp),
	message: Rest,
	runbook: Rest,
});
export type CheckAnswer = v.InferOutput<typeof CheckAnswer>;

export const LogAnswer = v.object({ timestamp: Timestamp, level: LogLevel, source: Rest, message: v.string() });
/** `/api/logs`: a page of the lines that match, newest first. */
export const LogsAnswer = v.object({
	logs: v.array(LogAnswer),
	/** All that match, among those that are kept. */
	total: Count,
	/** The `cursor` of the next page; absent: this is the last. */
	next: Rest,
});
export type LogsAnswer = v.InferOutput<typeof LogsAnswer>;
export type LogAnswer = v.InferOutput<typeof LogAnswer>;

/** The first names; `total` counts so many at most. */
const HitsAnswer = v.object({ names: v.array(v.string()), total: Count, at_least: v.optional(v.literal(true)) });
/** Errors of one type whose messages are the same but for numbers and ids. */
export const ErrorGroupAnswer = v.object({
	id: v.string(),
	type: Rest,
	/** The message, with # for what varies. */
	text: v.string(),
	count: Count,
	first_at: Timestamp,
	last_at: Timestamp,
	/** Those of the last hour by the end of their two minutes, oldest first. */
	counts: v.array(v.object({ timestamp: Timestamp, count: Count })),
	/** Tasks and log sources by name; workers. */
	tasks: HitsAnswer,
	workers: HitsAnswer,
	/** The newest one whole, renewed once a minute. */
	newest: v.object({ timestamp: Timestamp, message: v.string(), stack: Rest, task: Rest, worker: Rest, stream: Rest }),
});
export type ErrorGroupAnswer = v.InferOutput<typeof ErrorGroupAnswer>;
/** `/api/errors`: `total` groups are kept, `seen` there ever were. */
export const ErrorsAnswer = v.object({ errors: v.array(ErrorGroupAnswer), total: Count, overall: Count });
export type ErrorsAnswer = v.InferOutput<typeof ErrorsAnswer>;

export const PagesAnswer = v.object({
	pages: v.array(v.object({ name: v.string(), title: v.string(), path: v.string(), builtIn: v.boolean() })),
	layout: Layout,
});
export type PagesAnswer = v.InferOutput<typeof PagesAnswer>;

/** `/api/commands/{id}`: a command to the colony. */
export const CommandAnswer = v.object({
	id: v.string(),
	action: v.picklist(["restart", "scale"]),
	worker: Rest,
	workers: v.optional(Count),
	/** Whose colony. */
	bridge: v.string(),
	state: CommandState,
	/** Description of the state. */
	detail: v.string(),
	/** The colony's words. */
	message: Rest,
	by: Rest,
	created_at: Timestamp,
	delivered_at: v.optional(Timestamp),
	ended_at: v.optional(Timestamp),
});
export type CommandAnswer = v.InferOutput<typeof CommandAnswer>;

const Refused = v.object({ timestamp: Timestamp, reason: v.string() });

/** The last of each that bridges met with at this address, as far as this process or isolate remembers. */
export const ArrivalsAnswer = v.object({
	/** A request of a bridge came. */
	reached: v.optional(Timestamp),
	/** Its token was good. */
	admitted: v.optional(Timestamp),
	/** Its token was not. */
	refused: v.optional(Refused),
	/** Its token was good, its request was not. */
	push_refused: v.optional(Refused),
	/** A frame has arrived: there is such a cluster. */
	first_frame: v.boolean(),
});
export type ArrivalsAnswer = v.InferOutput<typeof ArrivalsAnswer>;

export const HealthAnswer = v.object({
	status: v.literal("ok"),
	version: v.string(),
	protocol: Count,
	/** Limits of each cluster; memory is that of all clusters of a process or an isolate together, by their own estimate. */
	limits: v.object({ active_series: v.optional(Count), known_series: v.optional(Count), memory_mb: v.optional(Count) }),
	/** Use of these by one cluster, where it is asked for. */
	used: v.optional(v.object({ active_series: Count, known_series: Count, refused_series: Count, memory_mb: v.optional(Count) })),
});
export type HealthAnswer = v.InferOutput<typeof HealthAnswer>;
