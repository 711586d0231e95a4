/** Queries that pages, viewers and REST send to a cluster. `view.ts` holds the answers. */
import * as v from "valibot";
import { LIMITS } from "../wire/limits.ts";
import { Aggregation, Duration, Expr, Selector } from "../wire/measure.ts";
import { Count, Instant, Name } from "../wire/names.ts";
import { LogLevel, TaskEnd } from "../wire/state.ts";

const limit = v.optional(v.pipe(Count, v.minValue(1), v.maxValue(LIMITS.rows)), 100);

/**
 * Aggregation of several series of one selector: `each` keeps them apart, `together` is the way their type and unit are read best (shares
 * and temperatures average, of instants the latest, others sum). Absent: charts draw up to ten series each, all else takes them together.
 */
export const Fold = v.picklist(["each", "together", "sum", "avg", "min", "max"]);
export type Fold = v.InferOutput<typeof Fold>;

/** Only of this worker. */
const worker = v.optional(Name);
/** Only of this stream. */
const stream = v.optional(Name);

/** Characters of a filter. */
export const FILTER_CHARS = 500;

/** Which rows of a table, of all there are. */
const rowWindow = {
	limit,
	/** Number of rows to skip. */
	offset: v.optional(Count),
	/** An id: the window lies around its row instead. None, where it is not among those that match. */
	around: v.optional(Name),
	/** A field of the rows or a metric, as in their `values`; absent: what is in trouble first. What has no such value comes last. */
	sort: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1000))),
	descending: v.optional(v.boolean()),
	/** Words found in a row's texts, `status=failed`, `cpu_percent>80`: all of them must hold. */
	filter: v.optional(v.pipe(v.string(), v.maxLength(FILTER_CHARS))),
};
export type RowWindow = v.InferOutput<v.ObjectSchema<typeof rowWindow, undefined>>;
/** At most so many of the newest changes of status of each. */
const changes = v.optional(v.pipe(Count, v.maxValue(50)));

/** Which ended tasks are meant, and in what order. */
export const TaskFilter = v.object({
	worker,
	status: v.optional(TaskEnd.entries.status),
	name: v.optional(Name),
	/** Anywhere in id, name or error, whatever the case. */
	text: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
	/** The task's own id: all its ends. */
	task: v.optional(Name),
	/** Ended in [since, until], ms. */
	since: v.optional(Instant),
	until: v.optional(Instant),
	/** Absent: newest first. */
	order: v.optional(v.picklist(["newest", "longest"])),
	/** The `id` of the last row of the page before. */
	after: v.optional(Count),
});
export type TaskFilter = v.InferOutput<typeof TaskFilter>;

/** Words of which each must occur in a series' name, help text or labels. */
const words = v.optional(v.pipe(v.string(), v.maxLength(LIMITS.nameChars)));

export const Query = v.variant("kind", [
	/** Health, counts, totals, colony, links. */
	v.object({ kind: v.literal("cluster") }),
	/** Pages and widgets. */
	v.object({ kind: v.literal("layout") }),
	v.object({ kind: v.literal("workers"), ...rowWindow, worker, changes }),
	/** All workers as the cells of a comb: state and the newest value of one metric. */
	v.object({
		kind: v.literal("comb"),
		/** A name as in a worker's `values`. */
		metric: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1000))),
		/** Filter as in a table of workers: each cell says whether it matches. */
		filter: rowWindow.filter,
	}),
	/** Tasks that have not ended, running ones first. A `sort` is a field, or `elapsed` or `wait`. */
	v.object({ kind: v.literal("tasks"), ...rowWindow, worker }),
	/** Tasks that ended. Of a filter all that match are counted, and `limit` of them shown. */
	v.object({
		kind: v.literal("ended"),
		limit,
		...TaskFilter.entries,
		/** Errors whole, with their stacks. */
		stacks: v.optional(v.boolean()),
	}),
	/** One task by its own id: what it does or did, its attempts, those around it. Absent: none, where a page may show one. */
	v.object({ kind: v.literal("task"), id: v.optional(Name) }),
	/** Per task name: runs, failures, durations. */
	v.object({ kind: v.literal("taskStats"), limit }),
	v.object({ kind: v.literal("streams"), ...rowWindow, stream, changes }),
	/** Stages of one stream, in the colony's order. */
	v.object({ kind: v.literal("operators"), limit, stream: Name }),
	/** Subtasks of all operators or one; where they are cut, those in most trouble stay. */
	v.object({ kind: v.literal("subtasks"), limit, stream: Name, operator: v.optional(Name) }),
	/** One stream's, newest first. */
	v.object({ kind: v.literal("checkpoints"), limit, stream: Name }),
	v.object({
		kind: v.literal("checks"),
		...rowWindow,
		/** Names or globs, e.g. `db-*`, those in trouble first; absent: all. */
		ids: v.optional(v.pipe(v.array(Name), v.maxLength(200))),
		changes,
	}),
	/** Newest first. */
	v.object({
		kind: v.literal("logs"),
		limit,
		/** This level and worse. */
		level: v.optional(LogLevel),
		/** Names or globs, e.g. `worker-*`. */
		sources: v.optional(v.pipe(v.array(Name), v.maxLength(50))),
		/** Lines of this worker; its id is no glob. */
		worker,
		stream,
		/** Only lines from before the one with this `id`, which was the last of the page before. */
		before: v.optional(Count),
	}),
	/** Failed tasks and log lines of level ERROR and worse, newest first. */
	v.object({
		kind: v.literal("errors"),
		limit,
		worker,
		stream,
		/** Messages cut short, no stacks: as marks on time axes. */
		brief: v.optional(v.boolean()),
	}),
	/**
	 * All errors since the cluster began, by type and message without numbers; of one worker or stream those that are kept one by one. Absent
	 * order: those hit most recently first.
	 */
	v.object({
		kind: v.literal("errorGroups"),
		limit,
		worker,
		stream,
		/** Absent: of tasks that failed and of log lines. */
		source: v.optional(v.picklist(["task", "log"])),
		order: v.optional(v.picklist(["recent", "count"])),
		/** The newest errors whole, with their stacks: of all groups, or of those with these ids. */
		stacks: v.optional(v.union([v.boolean(), v.pipe(v.array(Name), v.maxLength(20))])),
	}),
	/** Number of errors over time, including those no longer kept. */
	v.object({ kind: v.literal("errorCounts"), range: Duration, end: v.optional(Instant) }),
	/** Restarts, scalings, gaps, silences, newest first. */
	v.object({ kind: v.literal("marks"), limit, worker, stream }),
	/** Annotations by people and programs, those that began last first. Marks have them too. */
	v.object({ kind: v.literal("annotations"), limit }),
	/** Changes of the cluster's status, newest first. */
	v.object({ kind: v.literal("statusChanges"), limit }),
	/** Commands sent to the colony, newest first. */
	v.object({ kind: v.literal("commands"), limit }),
	/** Runs of the colony, newest first. */
	v.object({ kind: v.literal("runs"), limit }),
	/** Tasks of one run by name, beside those of another: what moved most first. Absent: none, where a page may show one. */
	v.object({ kind: v.literal("runTasks"), limit, run: v.optional(Name), with: v.optional(Name) }),
	/** Content of a custom widget. */
	v.object({
		kind: v.literal("html"),
		id: Name,
		/** False: whether and when it was drawn, not the HTML itself, which a frame out of sight needs not. */
		content: v.optional(v.boolean()),
	}),
	/** Metrics by name, those with a living series first. */
	v.object({
		kind: v.literal("names"),
		limit,
		match: words,
		/** Most relevant first, rather than in order of arrival. */
		byRelevance: v.optional(v.boolean()),
		/** Number of first rows with a sparkline. */
		sparklines: v.optional(v.pipe(Count, v.maxValue(100)), 0),
	}),
	/** Series the cluster knows, with their newest value; where nothing else is asked living ones first. A `sort` is `value`, `name`, `series`, `type`, `unit`, `at`, or a label. */
	v.object({
		kind: v.literal("series"),
		...rowWindow,
		match: words,
		/** Absent: all. */
		selectors: v.optional(v.pipe(v.array(Selector), v.maxLength(LIMITS.selectors))),
		/** PromQL, in place of all the above: the series of its result at the present. */
		expr: v.optional(Expr),
		/** With selectors: the value is what `aggregation` makes of the last `range` (absent: the newest), `change` the difference to the one before. */
		range: v.optional(Duration),
		aggregation: v.optional(Aggregation),
	}),
	v.object({
		kind: v.literal("metrics"),
		selectors: v.pipe(v.array(Selector), v.minLength(1), v.maxLength(LIMITS.selectors)),
		/** Up to `end`. */
		range: Duration,
		/** Instant, ms. Absent: the newest sample's, and the answer moves on with it. */
		end: v.optional(Instant),
		/** At most this many points a series. */
		points: v.optional(v.pipe(Count, v.minValue(1), v.maxValue(LIMITS.points)), 240),
		aggregation: v.optional(Aggregation),
		fold: v.optional(Fold),
	}),
	/** A PromQL expression at the multiples of a step up to `end`: one line for each series of its result. */
	v.object({
		kind: v.literal("promql"),
		expr: Expr,
		/** Up to `end`. */
		range: Duration,
		/** Instant, ms. Absent: the present, and the answer moves on with it. */
		end: v.optional(Instant),
		/** At most this many points a series; 1: the value at `end` alone. */
		points: v.optional(v.pipe(Count, v.minValue(1), v.maxValue(LIMITS.points)), 240),
	}),
	/** The evaluation of an expression at an instant: its parts, with the series and the work of each. */
	v.object({ kind: v.literal("explain"), expr: Expr, end: v.optional(Instant) }),
	/** Raw samples, for exports and REST. One series is returned as stored; several are aggregated. */
	v.object({
		kind: v.literal("samples"),
		selectors: v.pipe(v.array(Selector), v.minLength(1), v.maxLength(LIMITS.selectors)),
		/** Up to `end`. */
		range: v.optional(Duration, "1h"),
		/** Instants, ms: after `start` (which goes before `range`), up to and with `end` (absent: the newest sample's). */
		start: v.optional(Instant),
		end: v.optional(Instant),
		/** One value a step instead of the stored samples. */
		step: v.optional(Duration),
		aggregation: v.optional(Aggregation),
		fold: v.optional(Fold),
		/** At most this many points a series; past it, the lowest and the highest of each stretch. */
		points: v.optional(v.pipe(Count, v.minValue(1), v.maxValue(LIMITS.points)), 1000),
	}),
]);
export type Query = v.InferOutput<typeof Query>;
export type QueryOf<K extends Query["kind"]> = Extract<Query, { kind: K }>;
export type QueryKind = Query["kind"];

/** Input type: fields with defaults are optional. */
export type QueryInput = v.InferInput<typeof Query>;

export const ViewerFrame = v.variant("type", [
	v.object({
		type: v.literal("watch"),
		queries: v.pipe(v.array(Query), v.maxLength(LIMITS.queries)),
		/** "I hold all that came of my last `watch`": what these queries have in common with those is not sent again. */
		keep: v.optional(v.boolean()),
	}),
	/** "I have read all up to this probe." */
	v.object({ type: v.literal("ack"), probe: v.pipe(v.string(), v.maxLength(20)) }),
]);
export type ViewerFrame = v.InferOutput<typeof ViewerFrame>;
