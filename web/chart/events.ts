/** Events on a chart's time axis: close ones share a mark. */
import type { ErrorRow, MarkRow } from "../../colony-bridge/protocol/query/rows.ts";
import type { ErrorDensity } from "../../colony-bridge/protocol/query/view.ts";
import type { Tone } from "../components/status.ts";
import { counted } from "../format/number.ts";
import { roughly } from "../format/time.ts";
import { type ChartKind, type ChartModel, shareOfInstant } from "./model.ts";

export interface ChartEvent {
	at: number;
	/** End of an event with a duration. */
	until?: number | undefined;
	kind: string;
	text: string;
}

/** Events of a page, which are limited: `since` is the instant from which they are complete. */
export interface PageEvents {
	events: ChartEvent[];
	since: number;
	/** Errors before this instant are neither known nor counted: the cursor says so there. */
	unmarked?: { before: number; text: string };
	/** Counts of all errors, if queried: the events then contain only the latest. */
	density?: ErrorDensity;
}

interface Table<Row> {
	rows: readonly Row[];
	total: number;
}

const oldest = (table: Table<{ at: number }> | undefined): number =>
	table && table.rows.length < table.total ? (table.rows.at(-1)?.at ?? 0) : 0;

export function pageEvents(
	marks: Table<Pick<MarkRow, "at" | "until" | "kind" | "text">> | undefined,
	errors: Table<Pick<ErrorRow, "at" | "name" | "message">> | undefined,
	density?: ErrorDensity,
): PageEvents {
	const listed: ChartEvent[] = (errors?.rows ?? []).map(({ at, name, message }) => ({
		at,
		kind: "error",
		text: name ? `${name}: ${message}` : message,
	}));
	const until = oldest(errors);
	return {
		events: [...(marks?.rows ?? []).map(({ at, until, kind, text }) => ({ at, until, kind, text })), ...listed],
		since: Math.max(oldest(marks), until),
		...(until > 0 && !density && { unmarked: { before: until, text: `only the newest ${counted(listed.length, "error")} are marked` } }),
		...(density && { density }),
	};
}

/** Shape and tone by kind. Shapes are sufficient without colour. */
export type EventShape = "up" | "square" | "cross" | "dot";
const EVENT_MARKS = new Map<string, { shape: EventShape; tone: Tone }>([
	["restart", { shape: "up", tone: "warn" }],
	["scale", { shape: "square", tone: "honey" }],
	["deploy", { shape: "square", tone: "calm" }],
	["incident", { shape: "square", tone: "bad" }],
	["error", { shape: "cross", tone: "bad" }],
	["gap", { shape: "dot", tone: "off" }],
	["silence", { shape: "dot", tone: "off" }],
]);
export const eventMark = (kind: string): { shape: EventShape; tone: Tone } => EVENT_MARKS.get(kind) ?? { shape: "dot", tone: "honey" };

/** A mark on the time axis; `share` of the plot's width. */
export interface EventSpot {
	share: number;
	/** Oldest first. */
	events: ChartEvent[];
}
export interface EventSpan {
	from: number;
	to: number;
	event: ChartEvent;
}

/** Marks closer than this share of the width are merged. */
const NEAR = 0.02;

export function placeEvents(events: readonly ChartEvent[], kind: ChartKind, model: ChartModel): { spots: EventSpot[]; spans: EventSpan[] } {
	const spots: EventSpot[] = [];
	const spans: EventSpan[] = [];
	const shares = events
		.map((event) => ({
			event,
			from: shareOfInstant(kind, model, event.at),
			to: shareOfInstant(kind, model, event.until ?? event.at),
		}))
		.filter(({ from, to }) => to >= 0 && from <= 1)
		.sort((a, b) => a.from - b.from);
	for (const { event, from, to } of shares) {
		if (to > from) spans.push({ from: Math.max(0, from), to: Math.min(1, to), event });
		const share = Math.max(0, from);
		const last = spots.at(-1);
		if (last && share - last.share < NEAR) last.events.push(event);
		else spots.push({ share, events: [event] });
	}
	return { spots, spans };
}

/** A part of the time axis with errors. */
export interface DenseSpan {
	/** Shares of the plot's width. */
	from: number;
	to: number;
	count: number;
	/** Relative to the densest one, 0 to 1. */
	weight: number;
	stepMs: number;
}

/** The density of all counted errors over time. */
export function placeDensity({ start, step, counts }: ErrorDensity, kind: ChartKind, model: ChartModel): DenseSpan[] {
	const most = Math.max(1, ...counts);
	return counts.flatMap((count, i) => {
		const from = Math.max(0, shareOfInstant(kind, model, start + (i - 1) * step));
		const to = Math.min(1, shareOfInstant(kind, model, start + i * step));
		return count > 0 && to > from ? [{ from, to, count, weight: Math.log1p(count) / Math.log1p(most), stepMs: step }] : [];
	});
}

/** The error count at a position, as an event. */
export const densityAt = (spans: readonly DenseSpan[], share: number): ChartEvent[] =>
	spans
		.filter(({ from, to }) => from <= share && share <= to)
		.slice(-1)
		.map(({ count, stepMs }) => ({ at: 0, kind: "error", text: `${counted(count, "error")} in ${roughly(stepMs)}` }));

/**
 * The events at a position of the axis, and the spans that contain it.
 * @param within tolerance, if larger than that of merged marks: half a column, so that the cursor, which snaps to columns, finds events
 * between two
 */
export function eventsAt(
	{ spots, spans }: { spots: readonly EventSpot[]; spans: readonly EventSpan[] },
	share: number,
	within = 0,
): ChartEvent[] {
	const reach = Math.max(NEAR, within);
	const near = spots.filter((spot) => Math.abs(spot.share - share) <= reach).flatMap(({ events }) => events);
	const during = spans.filter(({ from, to, event }) => from <= share && share <= to && !near.includes(event)).map(({ event }) => event);
	return [...near, ...during];
}

/** The kind shown by a mark: the most severe. */
export function leadingKind({ events }: EventSpot): string {
	const order = ["error", "restart", "gap", "silence"];
	const rank = (kind: string) => (order.includes(kind) ? order.indexOf(kind) : order.length);
	return events.reduce((worst, { kind }) => (rank(kind) < rank(worst) ? kind : worst), events[0]?.kind ?? "");
}
