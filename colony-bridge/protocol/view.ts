/**
 * What a cluster answers: the same answers in the first HTML, over the viewers' socket and over polling.
 *
 * A viewer sends `watch` with its queries; the cluster answers with one `snapshot` and then `delta`s, each against the one before. It may
 * `watch` again on the same socket, other queries then.
 * Frames to a viewer are trusted, for they come from our own server: types here, where what a viewer sends is a schema (`query.ts`).
 */
import type { CommandState } from "./control.ts";
import type { Command } from "./down.ts";
import type { Aggregation, Layout } from "./layout.ts";
import type { Problem } from "./problem.ts";
import type { QueryKind } from "./query.ts";
import type { SeriesDefinition } from "./series.ts";
import type { Check, Checkpoint, Health, LogLevel, LogLine, Mark, Operator, Stream, Subtask, Task, TaskEnd, Worker } from "./state.ts";
import type { Capability, WidgetDrawing } from "./up.ts";

export type ClusterStatus = Health | "silent" | "unknown";

/** One bridge's link as the cluster sees it. */
export interface LinkView {
	bridge: string;
	colony: string;
	connected: boolean;
	/** Instant of the last push, ms. */
	lastPushAt: number;
	intervalMs: number;
	/** Since when the bridge has been silent, ms. Absent: it is not. */
	silentSince?: number;
	/** Frames, samples and events dropped on the way since the cluster began. */
	gaps: { count: number; samples: number; events: number };
	/** How far its clock is ahead of the cluster's, ms, where it is more than a second off; its instants are corrected. */
	skewMs?: number;
	/** How old its newest numbers are, ms, while it catches up after an absence. */
	behindMs?: number;
	/** What its colony can be told to do. */
	can: Capability[];
}

/** How many bridges there are, and how many of them are silent, have gaps, can be told to restart a worker or to scale. */
export interface BridgeCounts {
	total: number;
	silent: number;
	gapped: number;
	restart: number;
	scale: number;
}

export interface ClusterView {
	/** Name in the URL. */
	cluster: string;
	/** The colony's own name, once a bridge has said it. */
	colony?: string;
	status: ClusterStatus;
	/** Why, where it is not healthy. */
	reason?: string;
	/** Since when no bridge has spoken, ms. */
	silentSince?: number;
	/** Instant of the newest push, ms. */
	lastPushAt?: number;
	/** Expected time between pushes, ms. */
	intervalMs?: number;
	/** Position in the log. */
	position: number;
	workers: { total: number; ready: number; busy: number; byStatus: Record<string, number>; byRole: Record<string, number> };
	tasks: {
		active: number;
		queued: number;
		completed: number;
		failed: number;
		cancelled: number;
		/** Ended ones that can be read one by one, and since when, ms. */
		kept: number;
		keptSince?: number;
	};
	streams: { total: number; running: number; paused: number; stopped: number; failed: number };
	checks: { total: number; ok: number; warning: number; failed: number };
	series: { alive: number; seen: number };
	/** Pushes and frames taken in and refused since the cluster began. */
	intake: { pushes: number; repeats: number; refused: number };
	can: Capability[];
	bridges: BridgeCounts;
	/** By name. Of more than forty only so many: those in trouble first, then those that can be told something. */
	links: LinkView[];
}

/** The newest value of each series that carries this row's label, by metric name. */
interface WithValues {
	values: Record<string, number>;
}
export interface WorkerRow extends Worker, WithValues {
	/** ms, when the row last changed. */
	at: number;
	/** Who speaks for it. */
	bridge: string;
}
/**
 * A few dozen neighbours of the comb, column-wise, in natural order of ids. A row changes only where one of its workers does, so that a
 * change is as small as what changed, and one of all 10,000 workers stays under 64 kB.
 */
export interface CombRow {
	/** The first worker's. */
	id: string;
	/** What the ids have in common at their beginning, and what follows it in each. */
	prefix: string;
	ends: string[];
	/** A character a worker: see `cells.ts`. */
	states: string;
	/** Four characters a worker, where a metric was asked for. */
	values?: string;
}
export type TaskRow = Task;
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
	status: Task["status"] | TaskEnd["status"] | "unknown";
}
/** Every run ever of one task name. */
export interface KindRow {
	id: string;
	name: string;
	completed: number;
	failed: number;
	cancelled: number;
	/** Of those with a start; within 1 %. */
	p50Ms?: number;
	p95Ms?: number;
	p99Ms?: number;
	maxMs?: number;
	/** Of all known durations together. */
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
export interface StreamRow extends Omit<Stream, "operators" | "checkpoints">, WithValues {
	/** What it is made of, and where it is in most trouble. */
	load?: { operators: number; subtasks: number; busy?: Most; backPressured?: Most; bufferFill?: Most };
	/** Of the checkpoints that are kept. */
	checkpoints?: { completed: number; failed: number };
}
/** Of an operator's subtasks. */
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
	/** The lowest: what comes after it waits for it. */
	watermark?: number;
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
export interface CheckRow extends Check, WithValues {}
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
export interface MarkRow extends Mark {
	id: string;
}
/** Something the colony was told to do. */
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
/** How a metric went lately, all its series in one. */
export interface Trend {
	aggregation: Aggregation;
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
	/** Of its series, those that match: alive, and ever seen. */
	alive: number;
	seen: number;
	/** Newest value and its instant, ms, where one series is alive. */
	value?: number;
	at?: number;
	/** Absent where it was not asked for, where nothing lives, or where there are too many series to draw ahead. */
	trend?: Trend;
}
export interface SeriesRow extends SeriesDefinition {
	/** `name{label="value"}`. */
	id: string;
	/** Newest value and its instant, ms. */
	value?: number;
	at?: number;
}

export interface RowsOf {
	workers: WorkerRow;
	comb: CombRow;
	tasks: TaskRow;
	ended: EndedRow;
	kinds: KindRow;
	streams: StreamRow;
	operators: OperatorRow;
	subtasks: SubtaskRow;
	checkpoints: CheckpointRow;
	checks: CheckRow;
	logs: LogRow;
	errors: ErrorRow;
	marks: MarkRow;
	commands: CommandRow;
	names: NameRow;
	series: SeriesRow;
}
export type RowKind = keyof RowsOf;

/** `rows.length` of `total` (a comb counts workers, not rows); a cut is never silent. Every row has an `id`, unique within the table. */
export interface Rows<K extends RowKind = RowKind> {
	kind: K;
	/** All there are, or all that match where a filter was asked for. */
	total: number;
	/** All there are, where a filter leaves some out of `total`. */
	all?: number;
	/** How many come before the first row, where it is not the first of all. */
	offset?: number;
	/** All there ever were, where older ones have been let go. */
	seen?: number;
	rows: RowsOf[K][];
}

export interface SeriesColumn {
	/** The series' identity, or the selector where it was folded. */
	key: string;
	name: string;
	labels?: Record<string, string>;
	type: SeriesDefinition["type"];
	unit?: string;
	/** One a step; null: no sample. */
	values: (number | null)[];
}

/** Instant of column i: `start + i * step`, ms. A value stands for the `step` that ends at its instant. */
export interface Metrics {
	kind: "metrics";
	start: number;
	step: number;
	length: number;
	series: SeriesColumn[];
	/** Selectors that match nothing. */
	unknown: string[];
	/** Series that matched but were left out, past the answer's bound. */
	left: number;
}

/** `values[i]` was measured at `at[i]`, ms, ascending. */
export interface Samples {
	kind: "samples";
	series: {
		key: string;
		name: string;
		labels?: Record<string, string>;
		type: SeriesDefinition["type"];
		unit?: string;
		at: number[];
		values: number[];
	}[];
	/** Selectors that match nothing. */
	unknown: string[];
	/** Series that matched but were left out, past the answer's bound. */
	left: number;
}

/** A custom widget's newest drawing; without `drawing` it has not come yet, or its program is gone. */
export interface Html {
	kind: "html";
	/** When it was drawn, ms. */
	at?: number;
	drawing?: WidgetDrawing;
}

export type AnswerOf<K extends QueryKind> = K extends "cluster"
	? { kind: "cluster"; view: ClusterView }
	: K extends "layout"
		? { kind: "layout"; layout: Layout }
		: K extends "html"
			? Html
			: K extends "metrics"
				? Metrics
				: K extends "samples"
					? Samples
					: K extends "task"
						? { kind: "task"; view?: TaskView }
						: K extends RowKind
							? Rows<K>
							: never;
export type Answer = { [K in QueryKind]: AnswerOf<K> }[QueryKind];

/** How one answer becomes the next. `index` is the query's place in `watch`. */
export type Change =
	| { index: number; type: "replace"; answer: Answer }
	/** `patch` by id: changed fields, `null` for a field that is gone; a new id has its whole row. `keys`: the order, if it changed. */
	| {
			index: number;
			type: "rows";
			total: number;
			all?: number;
			offset?: number;
			seen?: number;
			keys?: string[];
			patch: Record<string, Record<string, unknown>>;
	  }
	/** Drop columns before `start`, keep `keep` columns from there, append `values` (one array a series, in order). */
	| { index: number; type: "append"; start: number; keep: number; values: (number | null)[][] };

export interface Snapshot {
	type: "snapshot";
	/** Position in the log. */
	position: number;
	/** The cluster's clock, ms. */
	at: number;
	answers: Answer[];
}
export interface Delta {
	type: "delta";
	position: number;
	at: number;
	changes: Change[];
}
/** Comes instead of a snapshot to who watches anew with `keep`. A number: the answer that stands at this place of the watch before. */
export interface Renewal extends Omit<Snapshot, "type" | "answers"> {
	type: "renewal";
	answers: (Answer | number)[];
}
export type ToViewer = Snapshot | Renewal | Delta | { type: "error"; problem: Problem };

/** A viewer acknowledges every so many deltas, and is closed when it is this far behind. */
export const SEEN_EVERY = 16;
export const SEEN_BEHIND = 64;
/** Sent as text by a viewer or bridge, answered with `PONG` without waking the cluster. */
export const PING = "ping";
export const PONG = "pong";
