/**
 * Instants of what happened: one of the year 1970 or 275760 is a mistake of whoever wrote it. It is left out of its entry, and the entry with it
 * where nothing is left without. Watermarks are the time of records, which may be any.
 */
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import type { UpFrameOf } from "../../colony-bridge/protocol/wire/up.ts";

const INSTANTS: ReadonlySet<string> = new Set(["at", "since", "until", "queuedAt", "startedAt", "endedAt"]);

/** Implausible instants that were left out of a frame. */
export class Instants {
	readonly #now: number;
	count = 0;
	/** Of the first of them. */
	#first = "";

	/** @param now the cluster's clock, ms */
	constructor(now: number) {
		this.#now = now;
	}

	/** @returns the frame without events that happened at no instant that can be */
	events(frame: UpFrameOf<"events">): UpFrameOf<"events"> {
		const events = frame.events.filter((event) => {
			const key = event.type === "taskEnd" ? "endedAt" : "at";
			const when = event.type === "taskEnd" ? event.endedAt : event.at;
			if (!this.#isOut(`${event.type}.${key}`, when as number)) {
				this.#strip(event.type, event);
				return true;
			}
			return false;
		});
		return events.length === frame.events.length ? frame : { ...frame, events };
	}

	/** Takes such instants off the frame's entries. */
	state(frame: UpFrameOf<"state">): void {
		for (const part of ["workers", "tasks", "streams", "checks"] as const)
			for (const entry of frame[part]?.set ?? []) this.#strip(part, entry);
	}

	/** Undefined where nothing was left out. */
	get words(): string | undefined {
		if (this.count === 0) return undefined;
		const more = this.count > 1 ? `; ${this.count - 1} more instants of this frame were left out` : "";
		return `${this.#first}: write ms since 1970, from 2000 to a day ahead of now${more}`;
	}

	#strip(where: string, entry: object): void {
		for (const [key, value] of Object.entries(entry)) {
			if (typeof value === "number") {
				if (INSTANTS.has(key) && this.#isOut(`${where}.${key}`, value)) delete (entry as Record<string, unknown>)[key];
			} else if (typeof value === "object" && value !== null) this.#strip(`${where}.${key}`, value);
		}
	}

	#isOut(field: string, at: number): boolean {
		if (at >= LIMITS.earliestInstant && at <= this.#now + LIMITS.instantAheadMs) return false;
		if (this.count++ === 0) this.#first = `${field}: ${new Date(at).toISOString()} was left out`;
		return true;
	}
}
