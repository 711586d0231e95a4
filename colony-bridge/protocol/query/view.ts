/**
 * A cluster's answers, the same in the first HTML, over the viewers' socket and by polling.
 *
 * A viewer sends `watch` with its queries; the cluster answers with one `snapshot` and then `delta`s, each against the one before. It may
 * `watch` again on the same socket, other queries then.
 * Frames to a viewer are trusted, for they come from our own server: types here, where what a viewer sends is a schema (`query.ts`).
 */
import type { Layout } from "../wire/layout.ts";
import type { Aggregation } from "../wire/measure.ts";
import type { Problem } from "../wire/problem.ts";
import type { SeriesDefinition } from "../wire/series.ts";
import type { Health, LeftOut } from "../wire/state.ts";
import type { Capability, WidgetDrawing } from "../wire/up.ts";
import type { QueryKind } from "./query.ts";
import type { Reported } from "./reported.ts";
import type { RowKind, Rows, TaskView } from "./rows.ts";
import type { ClusterStatus } from "./status.ts";

/** One bridge's link as the cluster sees it. */
export interface LinkView {
	bridge: string;
	colony: string;
	connected: boolean;
	/** It has sent hello or pages only, and is never stale. */
	unreported?: true;
	/** Instant of the last push, ms. */
	lastPushAt: number;
	intervalMs: number;
	/** Frames, samples and events dropped on the way since the cluster began. */
	gaps: { count: number; samples: number; events: number };
	/** When the last of them became known, ms. */
	lastGapAt?: number;
	/** Lead of its clock over the cluster's, ms, if more than a second; its instants are corrected. */
	skewMs?: number;
	/** Age of its newest samples, ms, while it sends a backlog. */
	backlogMs?: number;
	/** Commands its colony accepts. */
	capabilities: Capability[];
}

/** Number of bridges that report or are connected, and of those that are stale, have gaps, accept restarts or scaling. */
export interface BridgeCounts {
	total: number;
	stale: number;
	withGaps: number;
	restart: number;
	scale: number;
	/** When the first of those that are not listed will be silent, ms. Absent: none of them speaks. */
	nextStaleAt?: number;
}

/** Subject of a finding. */
export type FindingKind =
	| "bridge"
	| "change"
	| "check"
	| "checkpoint"
	| "colony"
	| "lag"
	| "left-out"
	| "pressure"
	| "storage"
	| "stream"
	| "target"
	| "task"
	| "worker";

/** Something that counts against the cluster's health; `healthy`: it only has to be known. */
export interface Finding {
	/** Unique among the cluster's findings, and the same as long as it holds. */
	id: string;
	kind: FindingKind;
	status: Health;
	/** Description of the fault. */
	text: string;
	/** Since when it holds, ms. Absent: nobody knows yet. */
	since?: number;
	/** The colony's own words. */
	message?: string;
	/** Page that shows it: a path below the cluster's, and its parameters. */
	page: string;
	params?: Record<string, string>;
	/** Workers that a restart may help and whose colony takes one: the first of them, and how many more there are. */
	restart?: { workers: string[]; more: number };
	/** The colony's own instructions: a URL of http or https. */
	runbook?: string;
}

export interface ClusterView {
	/** Name in the URL. */
	cluster: string;
	/** The colony's own name, once a bridge has reported it. */
	colony?: string;
	status: ClusterStatus;
	/** Since when it has this status, ms. Absent: it has just come to it. */
	since?: number;
	/** Why it is not healthy: the findings in one sentence. */
	reason?: string;
	/** The same one by one, the worst first, and how many more there are; with those that only have to be known. */
	findings?: Finding[];
	moreFindings?: number;
	/** Since when no bridge has spoken, ms. */
	silentSince?: number;
	/** Instant of the newest push, ms. */
	lastPushAt?: number;
	/** Expected time between pushes, ms. */
	intervalMs?: number;
	/** Position in the log. */
	position: number;
	reported: Reported;
	/** Scrape targets by their series `up`: how many there are and how many answer. Absent: none. */
	targets?: { total: number; up: number };
	/** Stale workers count as stale only. */
	workers: {
		total: number;
		ready: number;
		busy: number;
		notHeard: number;
		byStatus: Record<string, number>;
		byRole: Record<string, { total: number; failed: number }>;
	};
	tasks: {
		active: number;
		queued: number;
		notHeard: number;
		completed: number;
		failed: number;
		cancelled: number;
		no_result: number;
		/** Ended ones that can be read one by one, and since when, ms. */
		retained: number;
		retainedSince?: number;
		/** For a colony that has never reported a completed task: its own counters, since they began. */
		counters?: { completed?: number; failed?: number };
	};
	streams: { total: number; running: number; paused: number; stopped: number; failed: number; notHeard: number };
	checks: { total: number; ok: number; warning: number; failed: number; notHeard: number };
	/** Those that live, those that are known, and how many of both there may be. */
	series: { active: number; total: number; limits: { active: number; total: number } };
	/** Series past a limit that are left out, or were since the cluster was opened and have not been taken since. Absent: none. */
	refusedSeries?: number;
	/** Memory by the cluster's own estimate, with that of all clusters beside it, MB; `refusing`: new series are refused. Absent: it has no limit. */
	memory?: { used: number; limit: number; refusing?: true };
	/** Pushes and frames taken in and refused since the cluster began. */
	intake: { pushes: number; repeats: number; refused: number };
	capabilities: Capability[];
	bridges: BridgeCounts;
	/** Those that report or are connected, by name. Of more than forty only so many: those in trouble first, then those that accept commands. */
	links: LinkView[];
	/** Entries dropped by bridges as invalid, most frequent first; may be fewer than `total`. Absent: none. */
	leftOut?: { total: number; rows: ({ bridge: string } & LeftOut)[] };
}

export interface SeriesColumn {
	/** The series' identity, or the selector where it was folded. */
	key: string;
	name: string;
	labels?: Record<string, string>;
	type: SeriesDefinition["type"];
	unit?: string;
	/** Aggregation of the samples in a step. */
	aggregation: Aggregation;
	/** For an aggregate across series: its function, the number of series with a value in the newest columns, and their common labels. */
	across?: { fold: "sum" | "avg" | "min" | "max"; series: number; labels: string[] };
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
	omitted: number;
	/** Warnings and notes on a PromQL expression, with their places in it. Absent: none. */
	notes?: string[];
	/** See {@link Rows}. */
	refused?: string;
}

/** A part of an expression. */
export interface ExplainedPart {
	text: string;
	type: "scalar" | "vector" | "matrix" | "string";
	/** Series of its result; absent for scalars and strings. */
	series?: number;
	/** Samples read below it, for a selector. */
	samples?: number;
	/** Work of it and its parts, ms on one core, estimated from what was read and computed. */
	ms: number;
	/** Why its result is empty, where its parts' are not. */
	why?: string;
	parts: ExplainedPart[];
}

export interface Explained {
	kind: "explain";
	/** Instant it was evaluated at, ms. */
	at: number;
	root?: ExplainedPart;
	notes?: string[];
	/** See {@link Rows}. */
	refused?: string;
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
	omitted: number;
	/** See {@link Rows}. */
	refused?: string;
}

/** Count i is of the errors of the `step` that ends at `start + i * step`, ms. */
export interface ErrorDensity {
	kind: "errorCounts";
	start: number;
	step: number;
	counts: number[];
}

/** A custom widget's newest drawing; without `drawing` and `drawn` it has not come yet, or its program is gone. */
export interface Html {
	kind: "html";
	/** When it was drawn, ms. */
	at?: number;
	drawing?: WidgetDrawing;
	/** It has been drawn, and the HTML was not asked for. */
	drawn?: true;
	/** See {@link Rows}. */
	refused?: string;
}

export type AnswerOf<K extends QueryKind> = K extends "cluster"
	? { kind: "cluster"; view: ClusterView }
	: K extends "layout"
		? { kind: "layout"; layout: Layout }
		: K extends "html"
			? Html
			: K extends "metrics" | "promql"
				? Metrics
				: K extends "samples"
					? Samples
					: K extends "explain"
						? Explained
						: K extends "errorCounts"
							? ErrorDensity
							: K extends "task"
								? { kind: "task"; view?: TaskView; refused?: string }
								: K extends RowKind
									? Rows<K>
									: never;
export type Answer = { [K in QueryKind]: AnswerOf<K> }[QueryKind];

/** Difference between two answers. `index` is the query's place in `watch`. */
export type Change =
	| { index: number; type: "replace"; answer: Answer }
	/** `patch` by id: changed fields, `null` for a field that is gone; a new id has its whole row. `keys`: the order, if it changed. */
	| {
			index: number;
			type: "rows";
			total: number;
			unfiltered?: number;
			offset?: number;
			overall?: number;
			keys?: string[];
			patch: Record<string, Record<string, unknown>>;
	  }
	/** Drop columns before `start`, keep `keep` columns from there, append `values` (one array a series, in order). */
	| { index: number; type: "append"; start: number; keep: number; values: (number | null)[][] };

export interface Snapshot {
	type: "snapshot";
	/** Identifies the log: positions and numbers of another log are not valid in it. */
	log: number;
	/** Position in the log. */
	position: number;
	/** The cluster's clock, ms; of the past, the instant that all answers are as of. */
	at: number;
	/** Build of the pages that the dashboard now serves. */
	build?: string;
	/** An instant was asked for. */
	past?: Past;
	answers: Answer[];
}
/** The instant that was asked for, ms, the one that is shown (an earlier one where no state between them is kept), and when that was answered. */
export interface Past {
	asked: number;
	at: number;
	now: number;
}
export interface Delta {
	type: "delta";
	position: number;
	at: number;
	changes: Change[];
}
/** Answers a watch with `keep` instead of a snapshot. A number: the place of the answer in the watch before. */
export interface Renewal extends Omit<Snapshot, "type" | "answers"> {
	type: "renewal";
	answers: (Answer | number)[];
}
/** Comes now and then; the viewer acknowledges it once it has read all before it; one that does not is closed. */
export interface Probe {
	type: "probe";
	id: string;
}
export type ToViewer = Snapshot | Renewal | Delta | Probe | { type: "error"; problem: Problem };

/** Sent as text by a viewer or bridge, answered with `PONG` without waking the cluster. */
export const PING = "ping";
export const PONG = "pong";
