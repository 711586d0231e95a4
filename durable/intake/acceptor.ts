/** The accepted part of a push while it is read. It becomes one entry of the log, or nothing. */
import { customWidgets } from "../../colony-bridge/protocol/pages/pages.ts";
import { sameValue } from "../../colony-bridge/protocol/query/delta.ts";
import type { PushLine } from "../../colony-bridge/protocol/wire/delivery/push-text.ts";
import { type ErrorFrame, quote, refusal } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import type { Layout } from "../../colony-bridge/protocol/wire/layout.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { describeIssues } from "../../colony-bridge/protocol/wire/problem.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/wire/series.ts";
import type { UpFrameOf } from "../../colony-bridge/protocol/wire/up.ts";
import { SeriesLimit } from "../history/index/active-series.ts";
import type { LoggedFrame, LoggedGap, LoggedSeries } from "../log/entry.ts";
import { LEFT_OUT, type SeriesNumbers } from "../state/series-numbers.ts";
import { ENTRY_BYTES } from "../work/resident.ts";

/** The cluster as the acceptor sees it. */
export interface AcceptorContext {
	/** The cluster's clock, ms. */
	now: number;
	/** The link's series as they stand. */
	series: SeriesNumbers;
	/** The link's layout as it stands. */
	layout: Layout | undefined;
	/** @throws SeriesLimit */
	define(definition: SeriesDefinition): number;
	/** A series is refused. */
	leaveOut(definition: SeriesDefinition): void;
	definition(number: number): SeriesDefinition;
	/** True if the history accepts samples of this instant. */
	takes(at: number): boolean;
	/** Why there is no room in the state for so many bytes. */
	full(growth: () => number): string | undefined;
	/** False: there is no room to remember that a series is left out. */
	remembers(): boolean;
	/** Bytes that a frame would add to the state. */
	growth(frame: UpFrameOf<"state"> | UpFrameOf<"layout"> | UpFrameOf<"html">): number;
}

export class Acceptor {
	readonly #around: AcceptorContext;
	/** Series announced in this very push. */
	readonly #announced = new Map<number, number>();
	/** Custom widgets of the layout, once somebody asks. */
	#custom: Set<string> | undefined;
	#layout: Layout | undefined;
	readonly #frames: LoggedFrame[] = [];
	/** The run has sent goodbye: nothing follows. */
	ended = false;
	/** Ticks from before every sample that the history keeps. */
	#late: Pick<LoggedGap, "samples" | "from" | "until"> | undefined;

	constructor(around: AcceptorContext) {
		this.#around = around;
		this.#layout = around.layout;
	}

	/** The accepted frames. @param seq the last number read. */
	taken(seq: number): LoggedFrame[] {
		if (!this.#late) return this.#frames;
		// Before a goodbye, which is the last of its run.
		const before = this.ended ? this.#frames.slice(0, -1) : this.#frames;
		return [...before, { type: "gap", seq, first: seq, events: 0, ...this.#late, late: true }, ...this.#frames.slice(before.length)];
	}

	/** @param line a frame whose turn it is. @returns an error where it was refused; nothing of it was taken then. */
	add({ frame: parsed, type }: PushLine, seq: number): ErrorFrame | undefined {
		if (!parsed.success) {
			const where = typeof type === "string" ? `${type.slice(0, 40)} frame` : "frame";
			return refusal("invalid", `${where}: ${describeIssues(parsed.issues)}`, seq);
		}
		const frame = parsed.output;
		switch (frame.type) {
			case "series":
				return this.#series(frame);
			case "tick":
				return this.#tick(frame);
			case "state":
				return this.#state(frame);
			case "events":
				return this.#events(frame);
			case "layout": {
				const full = this.#full("layouts", frame);
				if (full) return full;
				this.#layout = frame.layout;
				this.#custom = undefined;
				this.#frames.push(frame);
				return undefined;
			}
			case "html":
				return this.#html(frame);
			case "goodbye":
				this.ended = true;
				this.#frames.push(frame);
				return undefined;
			default:
				this.#frames.push(frame);
				return undefined;
		}
	}

	#numberOf(id: number): number | undefined {
		const known = this.#announced.get(id) ?? this.#around.series.get(id);
		return known === undefined && !this.#around.remembers() ? LEFT_OUT : known;
	}

	/** Series past the limit are left out with their samples and named in the error; the rest of the frame counts. */
	#series(frame: UpFrameOf<"series">): ErrorFrame | undefined {
		const clash = this.#clash(frame);
		if (clash) return clash;
		const logged: LoggedSeries = { type: "series", seq: frame.seq, series: [] };
		const left: string[] = [];
		for (const { id, ...definition } of frame.series) {
			let number: number;
			try {
				const full = this.#idFull(id);
				if (full) throw new SeriesLimit(definition, full);
				number = this.#around.define(definition);
			} catch (error) {
				if (!(error instanceof SeriesLimit)) throw error;
				left.push(error.message);
				this.#around.leaveOut(definition);
				this.#announced.set(id, LEFT_OUT);
				// The omission has to be remembered, too.
				if (!this.#around.remembers()) continue;
				logged.leftOut ??= [];
				logged.leftOut.push(id);
				continue;
			}
			logged.series.push({ id, number, ...definition });
			this.#announced.set(id, number);
		}
		this.#frames.push(logged);
		if (left.length === 0) return undefined;
		const more = left.length > 1 ? `; ${left.length - 1} more series of this frame were left out` : "";
		return refusal("limit", `${left[0]}${more}; their samples are not kept`, frame.seq);
	}

	/** Why one more id cannot be kept: any number of them may name one series. */
	#idFull(id: number): string | undefined {
		const { series } = this.#around;
		if (this.#announced.has(id) || series.get(id) !== undefined) return undefined;
		if (series.size + this.#announced.size < series.reserved) return undefined;
		const full = this.#around.full(() => ENTRY_BYTES);
		return full && `the cluster's state is full (${full}); report fewer series under fewer ids`;
	}

	/** A bridge's number means one series in an epoch. */
	#clash(frame: UpFrameOf<"series">): ErrorFrame | undefined {
		const inFrame = new Map<number, SeriesDefinition>();
		for (const series of frame.series) {
			const number = this.#numberOf(series.id);
			const existing =
				inFrame.get(series.id) ?? (number !== undefined && number !== LEFT_OUT ? this.#around.definition(number) : undefined);
			inFrame.set(series.id, series);
			if (!existing || (existing.name === series.name && sameValue(existing.labels ?? {}, series.labels ?? {}))) continue;
			const keys = `${seriesKey(existing.name, existing.labels)} and cannot become ${seriesKey(series.name, series.labels)}`;
			return refusal("invalid", `series id ${series.id} is ${keys} in the same epoch: take a new id, or begin a new epoch`, frame.seq);
		}
		return undefined;
	}

	#tick(frame: UpFrameOf<"tick">): ErrorFrame | undefined {
		const implausible = implausibleInstant(frame.at, this.#around.now);
		if (implausible !== undefined) return refusal("instant", `tick ${implausible}: check the colony's clock`, frame.seq);
		let accepted = 0;
		for (const id of frame.ids) {
			const number = this.#numberOf(id);
			if (number === undefined) {
				return refusal(
					"unknown-series",
					`tick names series id ${id}, which was never announced in this epoch: send a series frame first`,
					frame.seq,
				);
			}
			if (number !== LEFT_OUT) accepted++;
		}
		if (accepted > 0 && !this.#around.takes(frame.at)) this.#leaveOut(frame.at, accepted);
		else this.#frames.push(accepted === frame.ids.length ? frame : this.#withoutLeftOut(frame));
		return undefined;
	}

	/** Older than every sample that is kept: counted as a gap, since no loss is silent. */
	#leaveOut(at: number, samples: number): void {
		const { samples: before, from, until } = this.#late ?? { samples: 0, from: at, until: at };
		this.#late = { samples: before + samples, from: Math.min(from, at), until: Math.max(until, at) };
	}

	#withoutLeftOut(frame: UpFrameOf<"tick">): UpFrameOf<"tick"> {
		const accepted = frame.ids.map((id) => this.#numberOf(id) !== LEFT_OUT);
		return { ...frame, ids: frame.ids.filter((_, i) => accepted[i]), values: frame.values.filter((_, i) => accepted[i]) };
	}

	#html(frame: UpFrameOf<"html">): ErrorFrame | undefined {
		this.#custom ??= new Set(this.#layout ? customWidgets(this.#layout) : []);
		const custom = this.#custom;
		const stranger = frame.widgets.find(({ id }) => !custom.has(id));
		if (stranger) {
			const words = `html frame: no custom widget of this bridge's layout has the id ${quote(stranger.id)}: send the layout first`;
			return refusal("invalid", words, frame.seq);
		}
		const full = this.#full("custom widgets", frame);
		if (full) return full;
		this.#frames.push(frame);
		return undefined;
	}

	/** @returns an error where the frame does not fit. */
	#full(what: string, frame: Parameters<AcceptorContext["growth"]>[0]): ErrorFrame | undefined {
		const why = this.#around.full(() => this.#around.growth(frame));
		if (why === undefined) return undefined;
		return refusal("limit", `the cluster's state is full (${why}): remove ${what}, or send a replace with fewer`, frame.seq);
	}

	#state(frame: UpFrameOf<"state">): ErrorFrame | undefined {
		const full = this.#full("workers, tasks, streams or checks", frame);
		if (full) return full;
		const instants = new Instants(this.#around.now);
		instants.state(frame);
		this.#frames.push(frame);
		return this.#instantError(instants);
	}

	#events(frame: UpFrameOf<"events">): ErrorFrame | undefined {
		const instants = new Instants(this.#around.now);
		this.#frames.push(instants.events(frame));
		return this.#instantError(instants);
	}

	/** Without the frame's number: the rest of the frame has been accepted. */
	#instantError({ words }: Instants): ErrorFrame | undefined {
		return words === undefined ? undefined : refusal("instant", words);
	}
}

/** @returns where it lies and may lie; undefined: samples of this instant are taken. */
export function implausibleInstant(at: number, now: number): string | undefined {
	const ahead = at - now;
	if (ahead <= LIMITS.futureMs && -ahead <= LIMITS.pastMs) return undefined;
	const when = `${new Date(at).toISOString()} is ${describeMs(Math.abs(ahead))} ${ahead > 0 ? "ahead of" : "behind"}`;
	return `at ${when} the cluster's clock; it may be ${describeMs(LIMITS.pastMs)} behind and ${describeMs(LIMITS.futureMs)} ahead`;
}

function describeMs(ms: number): string {
	if (ms >= 2 * 86_400_000) return `${Math.round(ms / 86_400_000)} days`;
	if (ms >= 2 * 3_600_000) return `${Math.round(ms / 3_600_000)} hours`;
	if (ms >= 120_000) return `${Math.round(ms / 60_000)} minutes`;
	return `${Math.round(ms / 1000)} seconds`;
}

/**
 * Instants of what happened: one of the year 1970 or 275760 is a mistake of whoever wrote it. It is left out of its entry, and the entry with it
 * where nothing is left without. Watermarks are the time of records, which may be any.
 */
const INSTANTS: ReadonlySet<string> = new Set(["at", "since", "until", "queuedAt", "startedAt", "endedAt"]);

/** Implausible instants that were left out of a frame. */
export class Instants {
	readonly #now: number;
	count = 0;
	/** Text of the first of them. */
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
