/**
 * Frames a bridge sends.
 *
 * A *push* is one WebSocket message or one POST body: one frame a line (newline-delimited JSON), applied and made durable as one
 * transaction and one log row. The first frame on a link is `hello`; it has no sequence number and may lead any push: again on the same
 * link it reports a change (the interval without viewers), or measures the cluster's clock. Every later
 * frame carries `seq`, one more than the frame before, starting at 1 in an epoch. A frame at or below the last durable `seq` is a repeat
 * and counts once. A `gap` counts the dropped frames and stands for all of them; any other frame that jumps ahead is refused (`sequence`) and
 * ends the link: the bridge connects again and resumes after `welcome`'s `lastSeq`.
 *
 * An invalid frame is refused by number and changes nothing, but has used its number: it is acknowledged like
 * the rest, never asked for again, and the push goes on. A line without a readable `seq` uses none. Of a `series` frame past the cluster's
 * limit only the series without room are left out; ticks that name them count for the others.
 *
 * The first `state` of an epoch is whole: entries of earlier epochs that it does not repeat are removed.
 *
 * Names and epochs. The cluster gives out epochs, by its own clock; a bridge's clock decides nothing.
 *
 * - A bridge that begins a run sends `epoch: 0` and its `instance`. `welcome.epoch` is the number of the run: later hellos on any link name it.
 * - Whenever `welcome.epoch` is not what `hello` named, a new run has begun: frames up to `welcome.lastSeq` of the run that `hello` named are
 *   durable; the rest is numbered anew from 1, after everything that an empty cluster needs (series, layout, whole state).
 * - Where `lastSeq` of the same run is less than what was acknowledged, the cluster has lost frames: the bridge sends `epoch: 0` again.
 * - A run older than the newest of its name is refused for good (`superseded`): the process ends its bridge.
 * - A name belongs to the instance that holds it until that sends `goodbye`, has missed three intervals, or has had no socket for
 *   {@link FREED_MS}. Until then a new run of another instance is refused (`in-use`), and `retryAfterMs` says when the name is free if its
 *   holder stays silent: the bridge keeps its frames and asks again. It is the holder's own restart, or a replaced one, when that succeeds; two
 *   bridges of one name when it does not.
 * - An instance is one spool, where there is one, and else one process; two processes at once never share it. Default names of one host
 *   differ: the first process has `COLONY@HOST`, the next `COLONY@HOST-2`, decided by locks that end with the process.
 */
import * as v from "valibot";
import { Layout } from "./layout.ts";
import { LIMITS } from "./limits.ts";
import { Count, Instant, Milliseconds, Name, Text, Value } from "./names.ts";
import { SeriesDefinition, SeriesId } from "./series.ts";
import { Check, Health, LeftOutList, LogLine, Mark, Stream, Task, TaskEnd, Worker } from "./state.ts";

const Seq = v.pipe(Count, v.minValue(1));

/** A bridge whose last socket has closed without `goodbye` may come back within this, ms; then its name is free. */
export const FREED_MS = 5_000;

/** Commands the colony accepts. */
export const Capability = v.picklist(["restart", "scale"]);
export type Capability = v.InferOutput<typeof Capability>;

export const Hello = v.object({
	type: v.literal("hello"),
	/** The newest version that the bridge speaks. */
	protocol: Count,
	/** The oldest one. Absent: `protocol` is the only one. */
	oldest: v.optional(Count),
	/** The bridge's name: stable over restarts, unique within the cluster. */
	bridge: Name,
	/** The run, as `welcome` named it; 0: a new one. A bridge with a spool resumes its run after a restart. */
	epoch: Count,
	/** Tells this bridge from others of its name. Random; kept in the spool, where there is one. */
	instance: v.optional(Name),
	/** When this process began, ms: of two of one instance the later counts, and the other is refused (`superseded`). */
	started: v.optional(Instant),
	/** When this hello was sent, by the bridge's clock: `welcome` gives it back with the cluster's instants. */
	sent: v.optional(Instant),
	/** Measured lead of the bridge's clock over the cluster's, ms. Its frames' instants are corrected by it. */
	skewMs: v.optional(Milliseconds),
	/** The colony's own name, for people. */
	colony: Name,
	capabilities: v.array(Capability),
	/** Declared interval between pushes, ms. The colony is stale after three intervals without a push. */
	intervalMs: v.pipe(Count, v.minValue(100), v.maxValue(3_600_000)),
});
export type Hello = v.InferOutput<typeof Hello>;

const SeriesFrame = v.object({
	type: v.literal("series"),
	seq: Seq,
	series: v.pipe(v.array(v.object({ id: SeriesId, ...SeriesDefinition.entries })), v.maxLength(LIMITS.samplesPerFrame)),
});

/** Values of many series at one instant: `ids[i]` has `values[i]`. A series that is not named has no sample. */
const Tick = v.pipe(
	v.object({
		type: v.literal("tick"),
		seq: Seq,
		at: Instant,
		ids: v.pipe(v.array(SeriesId), v.maxLength(LIMITS.samplesPerFrame)),
		values: v.pipe(v.array(Value), v.maxLength(LIMITS.samplesPerFrame)),
	}),
	v.check((tick) => tick.ids.length === tick.values.length, "a tick has as many values as ids"),
);

function patchOf<T extends v.GenericSchema>(entry: T) {
	return v.optional(
		v.object({
			/** True: these are all there are; others are removed. */
			replace: v.optional(v.boolean()),
			/** New or changed, each whole. */
			set: v.optional(v.pipe(v.array(entry), v.maxLength(LIMITS.entriesPerFrame))),
			/** Ids that are gone. */
			remove: v.optional(v.pipe(v.array(Name), v.maxLength(LIMITS.entriesPerFrame))),
		}),
	);
}

const StateFrame = v.object({
	type: v.literal("state"),
	seq: Seq,
	at: Instant,
	/** The colony's own judgement of its health, if it has one. */
	health: v.optional(v.object({ status: Health, reason: v.optional(Text) })),
	workers: patchOf(Worker),
	tasks: patchOf(Task),
	/** Tasks queued in all, where the colony lists only some of them. */
	queued: v.optional(Count),
	streams: patchOf(Stream),
	checks: patchOf(Check),
	/** Invalid entries of the colony that are dropped: the whole list, empty once there are none. */
	leftOut: v.optional(LeftOutList),
});

export const ColonyEvent = v.variant("type", [
	v.object({ type: v.literal("log"), ...LogLine.entries }),
	v.object({ type: v.literal("taskEnd"), ...TaskEnd.entries }),
	v.object({ type: v.literal("mark"), ...Mark.entries }),
]);
/** Form that a colony may write. */
export type ColonyEvent = v.InferInput<typeof ColonyEvent>;

const EventsFrame = v.object({
	type: v.literal("events"),
	seq: Seq,
	events: v.pipe(v.array(ColonyEvent), v.maxLength(LIMITS.eventsPerFrame)),
});

const LayoutFrame = v.object({ type: v.literal("layout"), seq: Seq, layout: Layout });

/** Current content of a custom widget: HTML, or the reason why it could not be drawn. */
export const WidgetDrawing = v.variant("type", [
	v.object({ type: v.literal("html"), id: Name, html: v.pipe(v.string(), v.maxLength(LIMITS.htmlChars)) }),
	v.object({ type: v.literal("failed"), id: Name, message: Text }),
]);
export type WidgetDrawing = v.InferOutput<typeof WidgetDrawing>;

/** New drawings of custom widgets, which the bridge's layout has. They are kept until the layout no longer does. */
const HtmlFrame = v.object({
	type: v.literal("html"),
	seq: Seq,
	at: Instant,
	widgets: v.pipe(v.array(WidgetDrawing), v.maxLength(LIMITS.widgets)),
});

/** A dropped range: frames `first` to `seq`, which will never be sent. */
const Gap = v.pipe(
	v.object({
		type: v.literal("gap"),
		seq: Seq,
		first: Seq,
		/** Samples and events in the dropped frames. */
		samples: Count,
		events: Count,
		from: Instant,
		until: Instant,
	}),
	v.check((gap) => gap.first <= gap.seq, "a gap's first is not after its seq"),
);

const Result = v.object({
	type: v.literal("result"),
	seq: Seq,
	/** The command's id. */
	command: Name,
	ok: v.boolean(),
	/** The colony's words. */
	message: v.optional(Text),
});

/**
 * The bridge stops in order, and this is its last frame: its workers, tasks, streams, checks and pages are removed, its name is free, and
 * it is not stale. A bridge sends it once all before it is durable, and does not wait for long.
 */
const Goodbye = v.object({ type: v.literal("goodbye"), seq: Seq });

/** Every frame that carries a sequence number. */
export const UpFrame = v.variant("type", [SeriesFrame, Tick, StateFrame, EventsFrame, LayoutFrame, HtmlFrame, Gap, Result, Goodbye]);
export type UpFrame = v.InferOutput<typeof UpFrame>;
export type UpFrameOf<T extends UpFrame["type"]> = Extract<UpFrame, { type: T }>;
