import * as v from "valibot";
import { LIMITS } from "./limits.ts";
import { Count, Instant, Name, Share, Text, WebAddress, WrittenInstant } from "./names.ts";

/** Invalid entries that a bridge dropped in one field: their number, and the first reason. */
export const LeftOut = v.object({
	/** A part and a field of it (`workers.startedAt`, `logs.level`), or where it was read. */
	field: Name,
	/** Entries left out: of state, in the newest snapshot; of events, since the bridge's run began. */
	count: Count,
	/** Why the first of them was left out, in words. */
	reason: v.pipe(v.string(), v.maxLength(LIMITS.reasonChars)),
	/** For events, when the newest was left out, ms. Absent: it is left out of the state. */
	at: v.optional(Instant),
});
export type LeftOut = v.InferOutput<typeof LeftOut>;

/** All that a bridge leaves out, a field once. */
export const LeftOutList = v.pipe(v.array(LeftOut), v.maxLength(LIMITS.leftOutFields));

/**
 * A colony's state besides its series: workers, tasks, streams, checks.
 * Numbers (a worker's CPU, a stream's lag) are series with a `worker`, `stream` or `check` label, never fields here.
 */
export const Health = v.picklist(["healthy", "degraded", "unhealthy"]);
export type Health = v.InferOutput<typeof Health>;

/** `running` and `busy` have work, `idle` waits for it; those three are ready. The others cannot take work. */
export const WorkerStatus = v.picklist(["starting", "running", "idle", "busy", "draining", "restarting", "stopped", "failed"]);
export type WorkerStatus = v.InferOutput<typeof WorkerStatus>;

export const Worker = v.object({
	id: Name,
	status: WorkerStatus,
	/** HiveFrame's castes are `employed`, `onlooker`, `scout`; another colony may have its own. */
	role: v.optional(Name),
	health: v.optional(Health),
	/** Why the worker is in this status or health, in the colony's words. */
	message: v.optional(Text),
	/** Ids of the tasks it is working on. */
	tasks: v.optional(v.pipe(v.array(Name), v.maxLength(100))),
	host: v.optional(Name),
	pid: v.optional(Count),
	startedAt: v.optional(WrittenInstant),
	restarts: v.optional(Count),
});
export type Worker = v.InferOutput<typeof Worker>;

export const TaskFailure = v.object({
	/** Class of the error, e.g. `TypeError`. */
	type: v.optional(Name),
	message: Text,
	stack: v.optional(v.pipe(v.string(), v.maxLength(LIMITS.stackChars))),
});
export type TaskFailure = v.InferOutput<typeof TaskFailure>;

/** A task that has not ended. */
export const Task = v.object({
	id: Name,
	/** Groups tasks that do the same thing, e.g. `wordCount`. */
	name: Name,
	kind: v.optional(Name),
	status: v.picklist(["queued", "running"]),
	worker: v.optional(Name),
	/** 1 for the first try. */
	attempt: v.optional(Count),
	progress: v.optional(Share),
	parent: v.optional(Name),
	dependencies: v.optional(v.pipe(v.array(Name), v.maxLength(1000))),
	queuedAt: v.optional(WrittenInstant),
	startedAt: v.optional(WrittenInstant),
});
export type Task = v.InferOutput<typeof Task>;

const Subtask = v.object({
	id: Name,
	worker: v.optional(Name),
	watermark: v.optional(WrittenInstant),
	/** Shares of its time: at work, waiting for records, held back by what takes its own. */
	busy: v.optional(Share),
	idle: v.optional(Share),
	backPressured: v.optional(Share),
	/** Share of its input buffer in use. */
	bufferFill: v.optional(Share),
	recordsIn: v.optional(Count),
	recordsOut: v.optional(Count),
});
export type Subtask = v.InferOutput<typeof Subtask>;

const Operator = v.object({
	id: Name,
	name: Name,
	/** Ids of the operators that feed this one. */
	inputs: v.optional(v.array(Name)),
	subtasks: v.optional(v.array(Subtask)),
});
export type Operator = v.InferOutput<typeof Operator>;

/** Checkpoints remembered of each stream, and those one frame may tell of it. */
export const MOST_CHECKPOINTS = 100;

export const Checkpoint = v.object({
	id: Name,
	status: v.picklist(["running", "completed", "failed"]),
	progress: v.optional(Share),
	startedAt: v.optional(WrittenInstant),
	endedAt: v.optional(WrittenInstant),
	bytes: v.optional(Count),
	/** Why it failed, in the colony's words. */
	message: v.optional(Text),
});

export type Checkpoint = v.InferOutput<typeof Checkpoint>;

export const Stream = v.object({
	id: Name,
	name: v.optional(Name),
	status: v.picklist(["running", "paused", "stopped", "failed"]),
	/** Event time up to which the stream is complete. */
	watermark: v.optional(WrittenInstant),
	windows: v.optional(v.object({ open: v.optional(Count), fired: v.optional(Count), late: v.optional(Count) })),
	/** The newest checkpoint. */
	checkpoint: v.optional(Checkpoint),
	/** The newest ones, newest first, where several may be made between two pushes. */
	checkpoints: v.optional(v.pipe(v.array(Checkpoint), v.maxLength(MOST_CHECKPOINTS))),
	operators: v.optional(v.pipe(v.array(Operator), v.maxLength(1000))),
	message: v.optional(Text),
});
export type Stream = v.InferOutput<typeof Stream>;

export const Check = v.object({
	id: Name,
	status: v.picklist(["ok", "warning", "failed", "unknown"]),
	/** When it was last run. */
	at: v.optional(WrittenInstant),
	/** Since when it has this status. */
	since: v.optional(WrittenInstant),
	message: v.optional(Text),
	/** A page that says what to do when it fails. */
	runbook: v.optional(WebAddress),
});
export type Check = v.InferOutput<typeof Check>;

export const LogLevel = v.picklist(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]);
export type LogLevel = v.InferOutput<typeof LogLevel>;

/** From least to most severe. */
export const LOG_LEVELS: readonly LogLevel[] = LogLevel.options;

export const LogLine = v.object({
	at: WrittenInstant,
	level: LogLevel,
	/** Who wrote it: `queen`, `worker-1`. */
	source: v.optional(Name),
	/** Which stream it is about. */
	stream: v.optional(Name),
	message: Text,
});
export type LogLine = v.InferOutput<typeof LogLine>;

/**
 * Result of a task. `no_result`: it gave no value, and the colony does not tell whether it failed (HiveFrame swallows what a task raises and
 * goes on with None, which may be an honest result).
 */
export const EndStatus = v.picklist(["completed", "failed", "cancelled", "no_result"]);
export type EndStatus = v.InferOutput<typeof EndStatus>;

/** A task that ended, and how. */
export const TaskEnd = v.object({
	id: Name,
	name: Name,
	kind: v.optional(Name),
	status: EndStatus,
	worker: v.optional(Name),
	attempt: v.optional(Count),
	parent: v.optional(Name),
	queuedAt: v.optional(WrittenInstant),
	startedAt: v.optional(WrittenInstant),
	endedAt: WrittenInstant,
	error: v.optional(TaskFailure),
});
export type TaskEnd = v.InferOutput<typeof TaskEnd>;

/** Something that happened to the colony itself and deserves a mark on the time axis. */
export const Mark = v.object({
	at: WrittenInstant,
	/** End of the event's time range, which begins at `at`. */
	until: v.optional(WrittenInstant),
	/** e.g. `restart`, `scale`, `deploy`. */
	kind: Name,
	text: Text,
	worker: v.optional(Name),
	stream: v.optional(Name),
});
export type Mark = v.InferOutput<typeof Mark>;
