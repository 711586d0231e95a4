/** One frame in the outbox: its text without the number, and what a gap must say if it is dropped. */
import type { UpFrame } from "../protocol/up.ts";

type WithoutSeq<F> = F extends { seq: number } ? Omit<F, "seq"> : never;
/** A frame before it has a number. The outbox alone makes gaps. */
export type Frame = WithoutSeq<Exclude<UpFrame, { type: "gap" }>>;

export interface OutboxEntry {
	type: UpFrame["type"];
	/** For a gap the first and last number it stands for, else both the frame's own. */
	first: number;
	seq: number;
	/** The frame's JSON after type and number. Empty for a gap. */
	rest: string;
	/** UTF-8 bytes of the line, newline counted. */
	bytes: number;
	samples: number;
	events: number;
	/** Instants of the oldest and newest thing in it, ms. */
	from: number;
	until: number;
	/** A state frame that stands by itself: the patches before it need not be there. */
	whole: boolean;
}

/** Type, number and punctuation of a line, at most. */
const HEAD_BYTES = 44;
const GAP_BYTES = 160;

export function entryOf(frame: Frame, seq: number): OutboxEntry {
	const { type, ...body } = frame;
	const rest = JSON.stringify(body).slice(1);
	return { type, first: seq, seq, rest, bytes: Buffer.byteLength(rest) + HEAD_BYTES, ...contents(frame) };
}

function contents(frame: Frame): Pick<OutboxEntry, "samples" | "events" | "from" | "until" | "whole"> {
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
		default: {
			const now = Date.now();
			return { ...none, from: now, until: now };
		}
	}
}

/** What stands for `dropped`, and for all that `gap` stood for, which ends right before it. */
export function gapOver(gap: OutboxEntry | undefined, dropped: OutboxEntry): OutboxEntry {
	return {
		type: "gap",
		first: gap?.first ?? dropped.first,
		seq: dropped.seq,
		rest: "",
		bytes: GAP_BYTES,
		samples: (gap?.samples ?? 0) + dropped.samples,
		events: (gap?.events ?? 0) + dropped.events,
		from: Math.min(gap?.from ?? dropped.from, dropped.from),
		until: Math.max(gap?.until ?? dropped.until, dropped.until),
		whole: false,
	};
}

/** The line that goes over the wire. */
export function frameText(entry: OutboxEntry): string {
	if (entry.type !== "gap") return `{"type":"${entry.type}","seq":${entry.seq},${entry.rest}`;
	const { first, seq, samples, events, from, until } = entry;
	return JSON.stringify({ type: "gap", seq, first, samples, events, from, until });
}
