/** One frame in the outbox: its text without the number, and the counts its gap needs if it is dropped. */
import { keepNewest } from "../../protocol/values/objects.ts";
import { LIMITS } from "../../protocol/wire/limits.ts";
import type { UpFrame } from "../../protocol/wire/up.ts";

type WithoutSeq<F> = F extends { seq: number } ? Omit<F, "seq"> : never;
/** A frame before it has a number. The outbox alone makes gaps. */
export type Frame = WithoutSeq<Exclude<UpFrame, { type: "gap" }>>;

/** The part of a gap that a dropped frame adds. */
export interface Measure {
	samples: number;
	events: number;
	/** Instants of the oldest and newest thing in it, ms. */
	from: number;
	until: number;
	/** A full state, which does not depend on earlier patches. */
	whole: boolean;
}

export interface OutboxEntry extends Measure {
	type: UpFrame["type"];
	/** Increases with every frame. */
	id: number;
	/** Sequence number, assigned when it is sent. */
	seq?: number;
	/** Lead of its instants over the cluster's clock, ms, subtracted when it is sent. Set with the number. */
	skewMs?: number;
	/** The frame's JSON after type and number. Absent if it is on disk only, or a gap. */
	rest?: string;
	/** It is on disk. */
	stored?: boolean;
	/** UTF-8 bytes of the line, newline counted. */
	bytes: number;
	/** Series ids that the frame announces. */
	series?: number[];
}

/** A dropped range that is not reported yet. */
export type Dropped = Pick<OutboxEntry, "samples" | "events" | "from" | "until">;

/** Type, number and punctuation of a line, at most. */
const HEAD_BYTES = 44;
const GAP_BYTES = 160;

/** Margin to the age at which the cluster refuses ticks, ms. */
const AGE_MARGIN_MS = 60_000;

/**
 * Numbers of fields that hold an instant of the bridge's clock, in JSON. Event time (a stream's watermark) is not the clock's. No other place
 * matches: inside a string the quotation marks would have backslashes.
 */
const INSTANTS = /(?<!\\)"(at|until|since|queuedAt|startedAt|endedAt)":(-?\d[\d.eE+-]*)/g;

/** JSON of frames that were written piece by piece, after their type: it is not made again. */
const written = new WeakMap<Frame, string>();

/** @param rest JSON of the frame's fields after the type, with the closing brace. */
export function writtenFrame<F extends Frame>(frame: F, rest: string): F {
	written.set(frame, rest);
	return frame;
}

export function entryOf(frame: Frame, id: number): OutboxEntry {
	const { type, ...body } = frame;
	const rest = written.get(frame) ?? JSON.stringify(body).slice(1);
	const series = frame.type === "series" && { series: frame.series.map((each) => each.id) };
	return { type, id, rest, bytes: Buffer.byteLength(rest) + HEAD_BYTES, ...measure(frame), ...series };
}

export function measure(frame: Frame | UpFrame): Measure {
	const none = { samples: 0, events: 0, whole: false };
	switch (frame.type) {
		case "tick":
			return { ...none, samples: frame.ids.length, from: frame.at, until: frame.at };
		case "state": {
			const whole = Boolean(frame.workers?.replace || frame.tasks?.replace || frame.streams?.replace || frame.checks?.replace);
			return { ...none, from: frame.at, until: frame.at, whole };
		}
		case "events": {
			let from = Number.MAX_SAFE_INTEGER;
			let until = 0;
			for (const event of frame.events) {
				const at = event.type === "taskEnd" ? event.endedAt : event.at;
				from = Math.min(from, at);
				until = Math.max(until, at);
			}
			return { ...none, events: frame.events.length, from: Math.min(from, until), until };
		}
		case "gap": {
			const { samples, events, from, until } = frame;
			return { ...none, samples, events, from, until };
		}
		default: {
			const now = Date.now();
			return { ...none, from: now, until: now };
		}
	}
}

/** Extends a dropped range by an entry. */
export function dropped(before: Dropped | undefined, { samples, events, from, until }: Dropped): Dropped {
	if (!before) return { samples, events, from, until };
	return {
		samples: before.samples + samples,
		events: before.events + events,
		from: Math.min(before.from, from),
		until: Math.max(before.until, until),
	};
}

/** A gap frame for frames that were dropped before they had a number. */
export function gapEntry({ samples, events, from, until }: Dropped, id: number): OutboxEntry {
	return { type: "gap", id, bytes: GAP_BYTES, samples, events, from, until, whole: false };
}

/** The cluster would refuse ticks before this instant. They are dropped here, where they are counted. */
export function oldestTaken(now: number): number {
	return now + AGE_MARGIN_MS - LIMITS.pastMs;
}

/** True if the frame is still valid in a new epoch. */
export function outlives({ type }: Pick<OutboxEntry, "type">): boolean {
	return type === "tick" || type === "events" || type === "result";
}

/** The line sent. @param rest the frame's text, from memory or disk. */
export function frameText(entry: OutboxEntry, rest: string): string {
	const { type, seq, skewMs = 0 } = entry;
	if (type === "gap") {
		const { samples, events, from, until } = entry;
		return JSON.stringify({ type, seq, first: seq, samples, events, from: moved(from, skewMs), until: moved(until, skewMs) });
	}
	return `{"type":"${type}","seq":${seq},${skewMs === 0 || type === "series" || type === "layout" ? rest : corrected(rest, skewMs)}`;
}

function corrected(rest: string, skewMs: number): string {
	return rest.replace(INSTANTS, (_, key: string, at: string) => `"${key}":${moved(Number(at), skewMs)}`);
}

function moved(at: number, skewMs: number): number {
	return Math.max(0, at - skewMs);
}

/** Contents of sent frames that a refusal by number must be matched with. */
const STATE_FRAMES = 1_000;

export class Refusals {
	/** Frames refused by the cluster. */
	count = 0;
	readonly #series = new Map<number, number[]>();
	readonly #state = new Set<number>();

	add({ seq, type, series }: OutboxEntry): void {
		if (seq === undefined) return;
		if (series) this.#series.set(seq, series);
		else if (type === "state") {
			this.#state.add(seq);
			keepNewest(this.#state, STATE_FRAMES);
		}
	}

	/** Frame `seq` was refused. @returns the series it would have announced, and true if it was a state frame. */
	refused(seq: number | undefined): { series: readonly number[]; state: boolean } {
		this.count += 1;
		if (seq === undefined) return { series: [], state: false };
		return { series: this.#series.get(seq) ?? [], state: this.#state.has(seq) };
	}

	/** Numbers start again. */
	forget(): void {
		this.#series.clear();
		this.#state.clear();
	}
}
