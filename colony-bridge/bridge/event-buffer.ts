/** Buffers events between two pushes: validates and truncates them to the contract's bounds, then packs them into frames. */

import * as v from "valibot";
import { beginning } from "../protocol/values/text.ts";
import { LIMITS } from "../protocol/wire/limits.ts";
import { ColonyEvent } from "../protocol/wire/up.ts";
import { type LeftOutTally, refuseSeconds, Unfit } from "./left-out.ts";
import { type Frame, writtenFrame } from "./outbox/outbox-entry.ts";
import { FRAME_BYTES } from "./state-book.ts";

type EventsFrame = Extract<Frame, { type: "events" }>;

export class EventBuffer {
	readonly #leftOut: LeftOutTally;
	#frames: { events: EventsFrame["events"]; texts: string[] }[] = [];
	#bytes = 0;

	constructor(leftOut: LeftOutTally) {
		this.#leftOut = leftOut;
	}

	/** True when a frame is full: events in here are outside the outbox's bound. */
	get full(): boolean {
		return this.#frames.length > 1;
	}

	/** @returns true for an urgent event: an error, a failure, a mark. An invalid event is dropped and reported. */
	add(event: ColonyEvent): boolean {
		try {
			const parsed = v.safeParse(ColonyEvent, fitted(event));
			if (!parsed.success) throw Unfit.by(parsed.issues, partOf(event));
			refuseSeconds(partOf(event), parsed.output);
			this.#pack(parsed.output);
			return isUrgent(parsed.output);
		} catch (error) {
			this.#leftOut.happened(partOf(event), error);
			return false;
		}
	}

	#pack(event: EventsFrame["events"][number]): void {
		const text = JSON.stringify(event);
		const bytes = Buffer.byteLength(text) + 1;
		let frame = this.#frames.at(-1);
		if (!frame || this.#bytes + bytes > FRAME_BYTES || frame.events.length >= LIMITS.eventsPerFrame) {
			frame = { events: [], texts: [] };
			this.#frames.push(frame);
			this.#bytes = 0;
		}
		frame.events.push(event);
		frame.texts.push(text);
		this.#bytes += bytes;
	}

	/** @returns all buffered events, as frames. */
	take(): EventsFrame[] {
		const frames = this.#frames;
		this.#frames = [];
		this.#bytes = 0;
		return frames.map(({ events, texts }) => writtenFrame({ type: "events", events }, `"events":[${texts.join()}]}`));
	}
}

/** The event's list in the snapshot. */
function partOf(event: ColonyEvent): string {
	switch (event?.type) {
		case "log":
			return "logs";
		case "taskEnd":
			return "ended";
		case "mark":
			return "marks";
		default:
			return "events";
	}
}

function isUrgent(event: ColonyEvent): boolean {
	switch (event.type) {
		case "log":
			return event.level === "ERROR" || event.level === "CRITICAL";
		case "taskEnd":
			return event.status === "failed";
		case "mark":
			return true;
	}
}

/** Truncates long texts instead of refusing the event. */
function fitted(event: ColonyEvent): ColonyEvent {
	switch (event?.type) {
		case "log":
			return { ...event, message: cut(event.message, LIMITS.textChars) };
		case "mark":
			return { ...event, text: cut(event.text, LIMITS.textChars) };
		case "taskEnd": {
			const { error } = event;
			if (!error) return event;
			const stack = error.stack === undefined ? {} : { stack: cut(error.stack, LIMITS.stackChars) };
			return { ...event, error: { ...error, message: cut(error.message, LIMITS.textChars), ...stack } };
		}
		default:
			return event;
	}
}

/** @returns the text, or its beginning and its full length. */
export function cut(text: string, chars: number): string {
	if (typeof text !== "string" || text.length <= chars) return text;
	const note = `… [cut, ${text.length} characters in all]`;
	return beginning(text, chars - note.length) + note;
}
