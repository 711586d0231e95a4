/** Events between two pushes: checked and cut to the contract's bounds as they come, packed into frames when it is time. */
import * as v from "valibot";
import { LIMITS } from "../protocol/wire/limits.ts";
import { ColonyEvent } from "../protocol/wire/up.ts";
import { type LeftOutTally, refuseSeconds, Unfit } from "./left-out.ts";
import type { Frame } from "./outbox/outbox-entry.ts";
import { FRAME_BYTES } from "./state-book.ts";

type EventsFrame = Extract<Frame, { type: "events" }>;

export class EventBuffer {
	readonly #leftOut: LeftOutTally;
	#frames: EventsFrame[] = [];
	#bytes = 0;

	constructor(leftOut: LeftOutTally) {
		this.#leftOut = leftOut;
	}

	/** A full frame waits: better taken out now than kept outside the outbox's bound. */
	get full(): boolean {
		return this.#frames.length > 1;
	}

	/** @returns true where people wait for it: an error, a failure, a mark. A bad event is left out and told. */
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
		const bytes = Buffer.byteLength(JSON.stringify(event)) + 1;
		let frame = this.#frames.at(-1);
		if (!frame || this.#bytes + bytes > FRAME_BYTES || frame.events.length >= LIMITS.eventsPerFrame) {
			frame = { type: "events", events: [] };
			this.#frames.push(frame);
			this.#bytes = 0;
		}
		frame.events.push(event);
		this.#bytes += bytes;
	}

	/** @returns frames of all that waited. */
	take(): EventsFrame[] {
		const frames = this.#frames;
		this.#frames = [];
		this.#bytes = 0;
		return frames;
	}
}

/** Where the colony said it. */
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

/** A log line of a megabyte is still worth its beginning. */
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

/** @returns the text, or its beginning and how much there was. */
export function cut(text: string, chars: number): string {
	if (typeof text !== "string" || text.length <= chars) return text;
	const note = `… [cut, ${text.length} characters in all]`;
	return text.slice(0, chars - note.length) + note;
}
