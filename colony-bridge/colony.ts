/** The bridge's interface to a colony. Only `name` and `snapshot()` are required; unsupported methods and unknown fields are absent. */
import * as v from "valibot";
import { Count, Labels, MetricName, Text } from "./protocol/wire/names.ts";
import { SeriesType } from "./protocol/wire/series.ts";
import { Check, type Health, type LeftOut, LogLine, Stream, Task, TaskEnd, Worker } from "./protocol/wire/state.ts";
import type { ColonyEvent } from "./protocol/wire/up.ts";

/** One number now. Name and labels are its identity; give a worker's number the label `worker`, a stream's `stream`. */
export const Metric = v.object({
	name: MetricName,
	labels: v.optional(Labels),
	type: v.optional(SeriesType, "gauge"),
	unit: v.optional(v.pipe(v.string(), v.maxLength(40))),
	help: v.optional(Text),
	/** NaN and infinities mean "no value now". */
	value: v.union([v.number(), v.nan()]),
});
export type Metric = v.InferInput<typeof Metric>;

/** Schemas of a snapshot's parts, each checked by itself: one bad part does not hide the others. */
export const SNAPSHOT_PARTS = {
	workers: v.array(Worker),
	/** Tasks that have not ended; where only some are listed, `queued` says how many wait in all. */
	tasks: v.array(Task),
	queued: Count,
	streams: v.array(Stream),
	checks: v.array(Check),
	metrics: v.array(Metric),
	/** Log lines since the snapshot before. */
	logs: v.array(LogLine),
	/** Tasks that ended since the snapshot before. */
	ended: v.array(TaskEnd),
} as const;

/**
 * All that is true of the colony now. Each part is whole: a worker that is not listed is gone. A part left out is not known.
 * Instants are ms since 1970, a `Date`, or ISO 8601 with a zone.
 */
export type ColonySnapshot = { -readonly [Part in keyof typeof SNAPSHOT_PARTS]?: v.InferInput<(typeof SNAPSHOT_PARTS)[Part]> } & {
	health?: { status: Health; reason?: string };
	/** Entries the colony itself had to drop, in total; the dashboard shows them. */
	leftOut?: LeftOut[];
};

export interface Colony {
	readonly name: string;
	snapshot(): ColonySnapshot | Promise<ColonySnapshot>;
	/** Calls `listener` with each event as it happens. @returns what ends it. */
	subscribe?(listener: (event: ColonyEvent) => void): () => void;
	/**
	 * The read position of its reports, as JSON, where its input continues without it: kept in the bridge's spool
	 * with the events up to there, and given back to `resume` by the next process, before `subscribe`.
	 */
	position?(): unknown;
	resume?(position: unknown): void;
	/** @returns the colony's words. @throws where it failed. */
	restartWorker?(id: string): Promise<string | undefined>;
	scale?(workers: number): Promise<string | undefined>;
}
