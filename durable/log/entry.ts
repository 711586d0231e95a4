/** One row of the log. The state of the cluster is the sum of its entries, in order. */
import type { Actor } from "../../colony-bridge/protocol/http/access.ts";
import type { Annotation } from "../../colony-bridge/protocol/query/annotation.ts";
import type { ClusterStatus } from "../../colony-bridge/protocol/query/status.ts";
import type { Command } from "../../colony-bridge/protocol/wire/down.ts";
import type { Layout } from "../../colony-bridge/protocol/wire/layout.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/wire/series.ts";
import type { Hello, UpFrame, UpFrameOf, WidgetDrawing } from "../../colony-bridge/protocol/wire/up.ts";
import { requireFormat } from "../storage/storage-fault.ts";

/** A frame as it was accepted. A series carries the history's number too, so that reading the log alone gives the same state. */
export type LoggedFrame = Exclude<UpFrame, { type: "series" | "gap" }> | LoggedSeries | LoggedGap;
export interface LoggedSeries {
	type: "series";
	seq: number;
	series: ({ id: number; number: number } & SeriesDefinition)[];
	/** Ids past the cluster's limit: their samples are left out. */
	leftOut?: number[];
}
/** A range that the bridge dropped or, `late`, samples from before the raw retention of the history. */
export type LoggedGap = UpFrameOf<"gap"> & { late?: true };
type LoggedTick = UpFrameOf<"tick">;

/** One push: what was accepted of it, and up to which number of the sequence it was read. */
export interface PushEntry {
	type: "push";
	/** The cluster's clock, ms. */
	at: number;
	bridge: string;
	epoch: number;
	/** Only where it changes what is known of the bridge. */
	hello?: Hello;
	/** Last sequence number taken in, refused frames included. */
	seq: number;
	frames: LoggedFrame[];
	/** Frames refused and frames repeated since the entry before. */
	refused?: number;
	repeats?: number;
	/** Verdict on the cluster as of the push before, where it changed. */
	verdict?: LoggedVerdict;
	/** The alarm that was set with this push, ms: known after a restart without asking the host. */
	alarm?: number;
}

export interface LoggedVerdict {
	status: ClusterStatus;
	/** Instant it holds for, ms. */
	at: number;
	reason?: string;
	/** Ids of the findings that hold and do not say themselves since when. */
	holding: string[];
}

/** The dashboard's own pages and widgets, which no bridge brings, and new drawings of its custom widgets. */
export interface OwnEntry {
	type: "own";
	at: number;
	layout?: Layout;
	widgets?: WidgetDrawing[];
}

/** Written by the alarm: a bridge that reported has missed three intervals. */
export interface SilentEntry {
	type: "stale";
	at: number;
	bridge: string;
	/** Instant of its last push, ms. */
	since: number;
}

/** A bridge was stale for so long, or others need its place, that its state is forgotten. */
export interface ForgetEntry {
	type: "forget";
	at: number;
	bridge: string;
}

/** Somebody asked for a command. */
export interface CommandEntry {
	type: "command";
	at: number;
	id: string;
	command: Command;
	/** Whose colony it is for. */
	bridge: string;
	by: Pick<Actor, "name" | "role" | "via">;
	/** Their `Idempotency-Key`. */
	key?: string;
	/** Number of its entry in the audit. */
	audit: number;
	/** When it is given up where it cannot be delivered, ms. */
	until: number;
}

/** Commands are handed to one run of a bridge: written before they are sent. */
export interface DeliveredEntry {
	type: "delivered";
	at: number;
	bridge: string;
	epoch: number;
	ids: string[];
	/** When an answer is no longer waited for, ms. */
	until: number;
}

/** Commands whose time is up. */
export interface CommandEndEntry {
	type: "command-end";
	at: number;
	ids: string[];
	end: "absent" | "timed-out";
}

/** Somebody wrote or changed an annotation. */
export interface AnnotationEntry {
	type: "annotation";
	at: number;
	annotation: Annotation;
}

/** Somebody deleted one. */
export interface AnnotationRemovedEntry {
	type: "annotation-removed";
	at: number;
	id: string;
}

export type Entry =
	| PushEntry
	| OwnEntry
	| SilentEntry
	| ForgetEntry
	| CommandEntry
	| DeliveredEntry
	| CommandEndEntry
	| AnnotationEntry
	| AnnotationRemovedEntry;

/** Format of an entry, the first field of its text. */
const ENTRY_FORMAT = 1;

/**
 * An entry as text: JSON, but a tick's ids as runs, since a bridge numbers its series densely and names them all in every tick.
 *
 * `ids: [0,1,2,3,9,10]` is written as `runs: [0,4,9,2]` (first, how many). JSON writes -0 as 0, so the places of negative zeros stand
 * beside the values.
 */
type StoredTick = Omit<LoggedTick, "ids"> & { ids?: number[]; runs?: number[]; negativeZeros?: number[] };
type StoredFrame = Exclude<LoggedFrame, { type: "tick" }> | StoredTick;

export function encodeEntry(entry: Entry): string {
	const frames = entry.type === "push" && { frames: entry.frames.map((frame) => (frame.type === "tick" ? storeTick(frame) : frame)) };
	return JSON.stringify({ format: ENTRY_FORMAT, ...entry, ...frames });
}

/** @throws NewerVersion, or another error where the text is damaged. */
export function decodeEntry(text: string): Entry {
	const { format, ...entry } = JSON.parse(text) as Entry & { format: number };
	requireFormat("an entry of the log", format, ENTRY_FORMAT);
	if (entry.type !== "push") return entry;
	entry.frames = (entry.frames as StoredFrame[]).map((frame) => (frame.type === "tick" ? restoreTick(frame) : frame));
	return entry;
}

function storeTick({ ids, ...tick }: LoggedTick): StoredTick {
	const runs = toRuns(ids);
	const negativeZeros = tick.values.flatMap((value, i) => (Object.is(value, -0) ? [i] : []));
	return { ...tick, ...(runs.length < ids.length ? { runs } : { ids }), ...(negativeZeros.length > 0 && { negativeZeros }) };
}

function restoreTick({ ids, runs, negativeZeros, ...tick }: StoredTick): LoggedTick {
	for (const i of negativeZeros ?? []) tick.values[i] = -0;
	return { ...tick, ids: ids ?? fromRuns(runs ?? []) };
}

function toRuns(ids: readonly number[]): number[] {
	const runs: number[] = [];
	for (let i = 0; i < ids.length; ) {
		const first = ids[i] ?? 0;
		let count = 1;
		while (ids[i + count] === first + count) count++;
		runs.push(first, count);
		i += count;
	}
	return runs;
}

function fromRuns(runs: readonly number[]): number[] {
	const ids: number[] = [];
	for (let i = 0; i + 1 < runs.length; i += 2) {
		const first = runs[i] ?? 0;
		const count = runs[i + 1] ?? 0;
		for (let k = 0; k < count; k++) ids.push(first + k);
	}
	return ids;
}
