/**
 * The rows of every table a cluster answers with. Frames to a viewer are trusted, for they come from our own server: types here, where what
 * a viewer sends is a schema (`query.ts`).
 */

import type { Command } from "../wire/down.ts";
import type { NOT_HEARD } from "../wire/liveness.ts";
import type { Aggregation } from "../wire/measure.ts";
import type { SeriesDefinition } from "../wire/series.ts";
import type { Check, Checkpoint, LogLevel, LogLine, Mark, Operator, Stream, Subtask, Task, TaskEnd, Worker } from "../wire/state.ts";
import type { Annotation } from "./annotation.ts";
import type { GroupedBy } from "./comb-groups.ts";
import type { CommandState } from "./control.ts";
import type { RunRow, RunTaskRow } from "./run-rows.ts";
import type { ClusterStatus, WorkerClass } from "./status.ts";

/** The newest value of each series that carries this row's label, by metric name. */
interface WithValues {
	values: Record<string, number>;
	/** Instant of the value, ms, where the series has not come for three of its intervals while others did. */
	stale?: Record<string, number>;
}
/** Status as reported by its bridge; while that bridge is stale, its current status is unknown. */
export type Heard<T extends { status: string }> = Omit<T, "status"> & {
	status: T["status"] | typeof NOT_HEARD;
	/** The status it was in when it was heard last, and when that was, ms. Absent: it is heard. */
	lastStatus?: T["status"];
	staleSince?: number;
};
/** The colony no longer names it. */
export const REMOVED = "removed";
/** Something came to another status. */
export interface StatusChange<S extends string = string> {
	/** When, ms. */
	at: number;
	status: S;
	/** The colony's words then, as far as they fit. */
	message?: string;
}
interface WithChanges<S extends string> {
	/** Since when it has its status, ms: as the colony reports, or as the cluster observed. */
	since?: number | undefined;
	/** Its history, newest first, if requested. */
	changes?: readonly StatusChange<S | typeof REMOVED>[];
}
export interface WorkerRow extends Heard<Worker>, WithValues, WithChanges<WorkerClass> {
	/** ms, when the row last changed. */
	at: number;
	/** Who speaks for it. */
	bridge: string;
}
/**
 * A few dozen neighbours of the comb, column-wise, in natural order of ids. A row changes only where one of its workers does, so that a
 * change is as small as what changed, and one of all 10,000 workers stays under 64 kB. A cell is a worker, or of many workers a group.
 */
export interface CombRow {
	/** The first cell's. */
	id: string;
	/** Common property of a cell's workers; absent: a cell is a worker. */
	by?: GroupedBy;
	/** Common prefix of the cells' ids, and the rest of each: ids of workers, or names of groups. */
	prefix: string;
	suffixes: string[];
	/** A character a worker: see `cells.ts`. Of groups a tally each, with commas between them: of those that match, if any do. */
	states: string;
	/** Four characters a cell, where a metric was asked for: of a group the highest. */
	values?: string;
	/** A character a cell, `1` for one that matches or holds one that does, where a filter was asked for. */
	matches?: string;
}
export type TaskRow = Heard<Task>;
/** An end has a number of its own, for a task may end several times: `id` is that, `task` the task's. Duration in ms; wait is the time queued. */
export interface EndedRow extends TaskEnd {
	task: string;
	durationMs?: number;
	waitMs?: number;
}
/** One task, as far as it is known. */
export interface TaskView {
	id: string;
	/** While it is queued or runs. */
	active?: TaskRow;
	/** Its ends that are kept, newest first, and how many they are. */
	attempts: EndedRow[];
	total: number;
	/** The task it belongs to, those it has to wait for and those that belong to it, as far as they are kept. */
	parent?: RelatedTask;
	dependencies: RelatedTask[];
	children: RelatedTask[];
	childrenTotal: number;
}
/** `unknown`: neither active nor among the ends that are kept. */
export interface RelatedTask {
	id: string;
	name?: string;
	status: TaskRow["status"] | TaskEnd["status"] | "unknown";
}
/** Every run ever of one task name. */
export interface TaskStatsRow {
	id: string;
	name: string;
	completed: number;
	failed: number;
	cancelled: number;
	no_result: number;
	/** Median of tasks with a start, within 1 %. */
	p50Ms?: number;
	p95Ms?: number;
	p99Ms?: number;
	maxMs?: number;
	/** Sum of all known durations. */
	totalMs?: number;
	/** Instant of the last end, and how many ended lately: each counts e times less for every minute it was before `lastAt`. */
	lastAt: number;
	recent: number;
}
/** The greatest share among a stream's subtasks, and the name of the operator that has it. */
export interface Most {
	share: number;
	operator: string;
}
/** A stream at a glance: its operators, subtasks and checkpoints are asked for by themselves. */
export interface StreamRow extends Omit<Heard<Stream>, "operators" | "checkpoints">, WithValues, WithChanges<Stream["status"]> {
	/** Its stages, and the one with the most trouble. */
	load?: { operators: number; subtasks: number; busy?: Most; backPressured?: Most; bufferFill?: Most; bottleneck?: Bottleneck };
	/** Counts among the checkpoints that are kept. */
	checkpoints?: { completed: number; failed: number };
}
/** An operator that is busy and holds back those before it. */
export interface Bottleneck extends Most {
	/** Names of the operators that wait for it: some, and how many more. */
	waiting: string[];
	more: number;
}
/** Spread of a value over an operator's subtasks. */
export interface Spread {
	median: number;
	max: number;
}
export interface OperatorRow extends Pick<Operator, "id" | "name" | "inputs"> {
	subtasks: number;
	/** Shares, 0 to 1. */
	busy?: Spread;
	idle?: Spread;
	backPressured?: Spread;
	bufferFill?: Spread;
	recordsIn?: Spread & { sum: number };
	recordsOut?: Spread & { sum: number };
	/** Records, between the last two reports. */
	inPerSecond?: number;
	outPerSecond?: number;
	/** The lowest of its subtasks. */
	watermark?: number;
	/** It holds back those before it. */
	bottleneck?: true;
}
export interface SubtaskRow extends Subtask {
	/** Its operator's id. */
	operator: string;
	/** Its own id within the operator. */
	subtask: string;
}
export interface CheckpointRow extends Checkpoint {
	/** The colony's id: a run that begins anew may give it again. */
	checkpoint: string;
}
export interface CheckRow extends Heard<Check>, WithValues, WithChanges<Check["status"]> {}
export interface LogRow extends LogLine {
	id: string;
}
export interface ErrorRow {
	id: string;
	at: number;
	source: "task" | "log";
	/** Task name or log source. */
	name?: string;
	worker?: string;
	stream?: string;
	task?: string;
	type?: string;
	message: string;
	stack?: string;
	level?: LogLevel;
}
/** Names of tasks or workers hit: the first of them, and their number, which is counted up to a bound. */
export interface Hits {
	names: string[];
	total: number;
	atLeast?: true;
}
/** Errors of one type whose messages are the same but for numbers and ids; a failed task and the log line about it count once. */
export interface ErrorGroupRow {
	id: string;
	source: ErrorRow["source"];
	type?: string;
	/** The message, with # for what varies. */
	text: string;
	count: number;
	firstAt: number;
	lastAt: number;
	/** Value i is the number of errors in the `step` that ends at `until - (values.length - 1 - i) * step`, ms; there are none after `until`. */
	counts: { until: number; step: number; values: number[] };
	/** Names of tasks and log sources. */
	tasks: Hits;
	workers: Hits;
	/** The newest whole, renewed once a minute. */
	sample: { at: number; message: string; stack?: string; task?: string; worker?: string; stream?: string };
}
/** The cluster came to another status: `at` since when it has it. */
export interface ClusterStatusRow extends StatusChange<ClusterStatus> {
	id: string;
}
export interface MarkRow extends Mark {
	id: string;
	/** Author and instants, ms, of an annotation. */
	written?: Pick<Annotation, "by" | "createdAt" | "editedAt">;
}
/** A command to the colony. */
export interface CommandRow {
	id: string;
	command: Command;
	/** Whose colony. */
	bridge: string;
	state: CommandState;
	/** Who asked; absent where nobody has to say who they are. */
	by?: string;
	/** When it was asked for, handed over and ended, ms. */
	at: number;
	deliveredAt?: number;
	endedAt?: number;
	/** The colony's words. */
	message?: string;
}
/** Sparkline of a metric, aggregated across its series. */
export interface SparklineValues {
	aggregation: Aggregation;
	fold?: "sum" | "avg" | "min" | "max";
	/** Instant of value i: `start + i * step`, ms. */
	start: number;
	step: number;
	values: (number | null)[];
}
/** A metric. */
export interface NameRow extends Omit<SeriesDefinition, "name" | "labels"> {
	/** Its name. */
	id: string;
	/** Names of the labels its series have. */
	labels: string[];
	/** Its matching series: active, and ever seen. */
	active: number;
	total: number;
	/** Newest value and its instant, ms, where one series is alive. */
	value?: number;
	at?: number;
	/** Absent where it was not asked for, where nothing lives, or where there are too many series to draw ahead. */
	sparkline?: SparklineValues;
}
export interface SeriesRow extends SeriesDefinition {
	/** `name{label="value"}`. */
	id: string;
	/** The requested value, else the newest, and the instant of its newest sample, ms. */
	value?: number;
	at?: number;
	/** The value less that of the stretch of time before, where one was asked for. */
	change?: number;
}

export interface RowsOf {
	workers: WorkerRow;
	comb: CombRow;
	tasks: TaskRow;
	ended: EndedRow;
	taskStats: TaskStatsRow;
	streams: StreamRow;
	operators: OperatorRow;
	subtasks: SubtaskRow;
	checkpoints: CheckpointRow;
	checks: CheckRow;
	logs: LogRow;
	errors: ErrorRow;
	errorGroups: ErrorGroupRow;
	marks: MarkRow;
	annotations: Annotation;
	statusChanges: ClusterStatusRow;
	commands: CommandRow;
	runs: RunRow;
	runTasks: RunTaskRow;
	names: NameRow;
	series: SeriesRow;
}
export type RowKind = keyof RowsOf;

/** `rows.length` of `total` (a comb counts workers, not rows or groups); a cut is never silent. Every row has an `id`, unique within the table. */
export interface Rows<K extends RowKind = RowKind> {
	kind: K;
	/** All there are, or all that match where a filter was asked for. */
	total: number;
	/** All there are, where a filter leaves some out of `total`. */
	unfiltered?: number;
	/** Number of rows before the first one, if any. */
	offset?: number;
	/** All there ever were, where older ones were dropped; all there are, where only a part is evaluated. */
	overall?: number;
	rows: RowsOf[K][];
	/** Why there is no answer: it takes more work than one query may. */
	refused?: string;
}
