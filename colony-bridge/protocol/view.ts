/**
 * What a page asks of a cluster and what it gets: the same queries in the first HTML, over the viewers' socket and over polling.
 *
 * A viewer sends `watch` with its queries; the cluster answers with one `snapshot` and then `delta`s, each against the one before.
 * Frames to a viewer are trusted (they come from our own server), so they are types here, and what a viewer sends is a schema.
 */
import * as v from "valibot";
import type { CommandState } from "./control.ts";
import type { Command } from "./down.ts";
import { Aggregation, Duration, type Layout, Selector } from "./layout.ts";
import { LIMITS } from "./limits.ts";
import { Count, Instant, Name } from "./names.ts";
import type { Problem } from "./problem.ts";
import type { SeriesDefinition } from "./series.ts";
import {
	type Check,
	type Checkpoint,
	type Health,
	LogLevel,
	type LogLine,
	type Mark,
	type Stream,
	type Task,
	type TaskEnd,
	type Worker,
} from "./state.ts";
import type { Capability } from "./up.ts";

const limit = v.optional(v.pipe(Count, v.minValue(1), v.maxValue(LIMITS.rows)), 100);

/** How several series of one selector become one: `each` keeps them apart. Absent: counters sum, shares and temperatures average. */
export const Fold = v.picklist(["each", "sum", "avg", "min", "max"]);
export type Fold = v.InferOutput<typeof Fold>;

/** Of this worker only. */
const worker = v.optional(Name);

export const Query = v.variant("kind", [
	/** Health, counts, totals, colony, links. */
	v.object({ kind: v.literal("cluster") }),
	/** Pages and widgets. */
	v.object({ kind: v.literal("layout") }),
	v.object({ kind: v.literal("workers"), limit, worker }),
	/** All workers as the cells of a comb: state and the newest value of one metric. */
	v.object({
		kind: v.literal("comb"),
		/** A name as in a worker's `values`. */
		metric: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1000))),
	}),
	/** Tasks that have not ended, running ones first. */
	v.object({ kind: v.literal("tasks"), limit, worker }),
	/** Tasks that ended, newest first. */
	v.object({ kind: v.literal("ended"), limit, worker, status: v.optional(v.picklist(["completed", "failed", "cancelled"])) }),
	/** Per task name: runs, failures, durations. */
	v.object({ kind: v.literal("kinds"), limit }),
	v.object({ kind: v.literal("streams"), limit }),
	v.object({ kind: v.literal("checks"), limit }),
	/** Newest first. */
	v.object({
		kind: v.literal("logs"),
		limit,
		/** This level and worse. */
		level: v.optional(LogLevel),
		/** Names or globs, e.g. `worker-*`. */
		sources: v.optional(v.pipe(v.array(Name), v.maxLength(50))),
		/** What this worker wrote: its id is no glob. */
		worker,
	}),
	/** Failed tasks and log lines of level ERROR and worse, newest first. */
	v.object({ kind: v.literal("errors"), limit, worker }),
	/** Restarts, scalings, gaps, silences, newest first. */
	v.object({ kind: v.literal("marks"), limit, worker }),
	/** What the colony was told to do, newest first. */
	v.object({ kind: v.literal("commands"), limit }),
	/** Series the cluster knows, with their newest value. */
	v.object({ kind: v.literal("series"), limit }),
	v.object({
		kind: v.literal("metrics"),
		selectors: v.pipe(v.array(Selector), v.minLength(1), v.maxLength(LIMITS.selectors)),
		range: Duration,
		/** At most this many points a series. */
		points: v.optional(v.pipe(Count, v.minValue(1), v.maxValue(LIMITS.points)), 240),
		aggregation: v.optional(Aggregation),
		fold: v.optional(Fold),
	}),
	/** What was measured, at the instants it was measured: for exports and the REST. One series comes as it is stored; several are folded. */
	v.object({
		kind: v.literal("samples"),
		selectors: v.pipe(v.array(Selector), v.minLength(1), v.maxLength(LIMITS.selectors)),
		/** Up to `end`. */
		range: v.optional(Duration, "1h"),
		/** Instants, ms: after `start` (which goes before `range`), up to and with `end` (absent: the newest sample's). */
		start: v.optional(Instant),
		end: v.optional(Instant),
		/** One value a step instead of what was measured. */
		step: v.optional(Duration),
		aggregation: v.optional(Aggregation),
		fold: v.optional(Fold),
		/** At most this many points a series; past it, the lowest and the highest of each stretch. */
		points: v.optional(v.pipe(Count, v.minValue(1), v.maxValue(LIMITS.points)), 1000),
	}),
]);
export type Query = v.InferOutput<typeof Query>;
export type QueryKind = Query["kind"];

/** What a caller may write: defaults left out. */
export type QueryInput = v.InferInput<typeof Query>;

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
	/** What its colony can be told to do. */
	can: Capability[];
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
	tasks: { active: number; queued: number; completed: number; failed: number; cancelled: number };
	streams: { total: number; running: number };
	checks: { total: number; ok: number; warning: number; failed: number };
	series: { alive: number; seen: number };
	/** Pushes and frames taken in and refused since the cluster began. */
	intake: { pushes: number; repeats: number; refused: number };
	can: Capability[];
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
/** Duration in ms; wait is the time queued. */
export interface EndedRow extends TaskEnd {
	durationMs?: number;
	waitMs?: number;
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
	lastAt: number;
}
export interface StreamRow extends Stream, WithValues {
	checkpoints?: Checkpoint[];
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
	checks: CheckRow;
	logs: LogRow;
	errors: ErrorRow;
	marks: MarkRow;
	commands: CommandRow;
	series: SeriesRow;
}
export type RowKind = keyof RowsOf;

/** `rows.length` of `total` (a comb counts workers, not rows); a cut is never silent. Every row has an `id`, unique within the table. */
export interface Rows<K extends RowKind = RowKind> {
	kind: K;
	/** All there are. */
	total: number;
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

export type AnswerOf<K extends QueryKind> = K extends "cluster"
	? { kind: "cluster"; view: ClusterView }
	: K extends "layout"
		? { kind: "layout"; layout: Layout }
		: K extends "metrics"
			? Metrics
			: K extends "samples"
				? Samples
				: K extends RowKind
					? Rows<K>
					: never;
export type Answer = { [K in QueryKind]: AnswerOf<K> }[QueryKind];

/** How one answer becomes the next. `index` is the query's place in `watch`. */
export type Change =
	| { index: number; type: "replace"; answer: Answer }
	/** `patch` by id: changed fields, `null` for a field that is gone; a new id has its whole row. `keys`: the order, if it changed. */
	| { index: number; type: "rows"; total: number; seen?: number; keys?: string[]; patch: Record<string, Record<string, unknown>> }
	/** Drop columns before `start`, keep `keep` columns from there, append `values` (one array a series, in order). */
	| { index: number; type: "append"; start: number; keep: number; values: (number | null)[][] };

export const ViewerFrame = v.variant("type", [
	v.object({ type: v.literal("watch"), queries: v.pipe(v.array(Query), v.maxLength(LIMITS.queries)) }),
	/** "I have drawn up to here": the newest position the viewer has applied. */
	v.object({ type: v.literal("seen"), position: Count }),
]);
export type ViewerFrame = v.InferOutput<typeof ViewerFrame>;

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
export type ToViewer = Snapshot | Delta | { type: "error"; problem: Problem };

/** A viewer acknowledges every so many deltas, and is closed when it is this far behind. */
export const SEEN_EVERY = 16;
export const SEEN_BEHIND = 64;
/** Sent as text by a viewer or bridge, answered with `PONG` without waking the cluster. */
export const PING = "ping";
export const PONG = "pong";
