/**
 * A cluster's memory and how it is restored: the newest keyframe that neither the history nor the log of ended tasks goes beyond,
 * then the entries after it, each applied as it was when it came.
 */

import type { SeriesDefinition } from "../../colony-bridge/protocol/wire/series.ts";
import type { TaskEnd } from "../../colony-bridge/protocol/wire/state.ts";
import { History } from "../history/history.ts";
import type { HistoryOptions } from "../history/tiers/tiers.ts";
import { type Entry, encodeEntry, type PushEntry } from "../log/entry.ts";
import { LOG, LOG_BOUNDS, Log, type LogBounds } from "../log/log.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { DamagedKeyframe, KEYFRAME_PACE, type KeyframePace, Keyframes, keyframeOf } from "../state/keyframes.ts";
import type { Link } from "../state/link.ts";
import type { MomentBounds } from "../state/moments.ts";
import { PastStates } from "../state/past-states.ts";
import { reduce } from "../state/reduce.ts";
import { LEFT_OUT, type SeriesNumbers } from "../state/series-numbers.ts";
import { createPart, openPart, type Sql } from "../storage/sql.ts";
import { TaskLog, type TaskLogBounds } from "../tasks/task-log.ts";
import type { ClusterMemory } from "./memory-budget.ts";

/** Bytes of a row in a Durable Object, less what the other columns take. */
const ROW_BYTES = 1_990_000;

export interface MemoryOptions {
	log?: Partial<LogBounds>;
	keyframes?: Partial<KeyframePace>;
	/** States of the past. */
	moments?: Partial<MomentBounds>;
	history?: Partial<HistoryOptions>;
	tasks?: Partial<TaskLogBounds>;
}

/** An entry that no row can hold. */
export class EntryTooLarge extends Error {
	override readonly name = "EntryTooLarge";
}

export class Memory {
	readonly #sql: Sql;
	readonly #log: Log;
	readonly #keyframes: Keyframes;
	/** Tables are there and of this version. */
	#ready = false;
	readonly state: ClusterState;
	readonly history: History;
	readonly tasks: TaskLog;
	/** States of the past. */
	readonly past: PastStates;

	/** Unreadable parts that were left out, in words; undefined: none. */
	readonly leftOut: string | undefined;

	/** Reads, and brings tables of an earlier release to this one's. @throws where the storage cannot be gone on with. */
	constructor(sql: Sql, options: MemoryOptions = {}) {
		this.#sql = sql;
		const exists = openPart(sql, LOG);
		this.#log = new Log(sql, exists, { ...LOG_BOUNDS, ...options.log });
		this.#keyframes = new Keyframes(sql, { ...KEYFRAME_PACE, ...options.keyframes }, options.moments);
		this.past = new PastStates(this.#log, this.#keyframes.moments);
		this.history = new History(sql, options.history, () => this.#announced());
		this.tasks = new TaskLog(sql, options.tasks);
		const from = Math.max(this.history.replayFrom, this.history.restoredAt);
		const damage = new Damage();
		this.state = this.#keyframe(exists ? from : undefined, damage);
		if (!exists) return;
		// Back to where all ends that were known are on disk.
		while (this.state.ended > this.tasks.written) {
			this.state = this.#keyframe(this.state.position - 1, damage);
		}
		// Without a readable keyframe the state before this lap is lost: bridges announce it again.
		if (damage.keyframes > 0 && this.state.position === 0) this.state.position = this.#log.first - 1;
		for (const { position, entry, chars } of this.#log.after(this.state.position)) {
			this.#keyframes.count(chars, entry instanceof Error ? this.state.at : entry.at);
			let series: SeriesNumbers | undefined;
			const apply = () => {
				series = reduce(this.state, entry as Entry);
			};
			if (!damage.take(position, entry, apply)) {
				this.state.position = position;
				continue;
			}
			if (position > from) this.#remember(entry as Entry, series, position);
			this.#logCompleted(entry as Entry);
		}
		this.leftOut = damage.words;
		if (this.leftOut === undefined) {
			this.state.commands.takeEnded();
			return;
		}
		// Completed tasks are numbered by how many there were.
		this.state.totals.completed += Math.max(0, this.tasks.written - this.state.ended);
		this.state.recentEvents.mark({ at: this.state.at, kind: "damage", text: this.leftOut });
		// Whoever waited for these is gone with the memory before.
		this.state.commands.takeEnded();
	}

	/** Series that bridges have numbers for. */
	*#announced(): Generator<number> {
		for (const { series } of this.state.links.values()) for (const number of series.numbers()) if (number !== LEFT_OUT) yield number;
	}

	/** The newest keyframe that can be read, is not after a position, and whose next entry can be read. */
	#keyframe(position: number | undefined, damage: Damage): ClusterState {
		for (let until = position; ; ) {
			try {
				const state = this.#keyframes.load(until);
				return this.#log.goesOnAfter(state.position) ? state : this.#keyframes.load(undefined);
			} catch (error) {
				if (!(error instanceof DamagedKeyframe)) throw error;
				damage.keyframes++;
				until = error.position - 1;
			}
		}
	}

	/** Estimated resident bytes, heap and buffers, by part. */
	get bytes(): History["bytes"] & { state: number; tasks: number } {
		return { ...this.history.bytes, state: Math.max(this.state.bytes, this.#keyframes.sizeOf(this.state)), tasks: this.tasks.bytes };
	}

	/** @param room for what is new. @returns what a push is judged by. */
	intake(room: ClusterMemory) {
		return {
			define: (definition: SeriesDefinition) => {
				const number = this.history.define(definition, (lacking) => room.forSeries(lacking));
				room.leftOut.delete(definition);
				return number;
			},
			leaveOut: (definition: SeriesDefinition) => room.leftOut.add(definition),
			definition: (number: number) => this.history.definition(number),
			find: (series: Pick<SeriesDefinition, "name" | "labels">) => this.history.find(series),
			ofName: (name: string) => this.history.ofName(name),
			latest: (number: number) => this.history.latest(number),
			takes: (at: number) => this.history.takes(at),
			full: (growth: () => number) => room.forState(this.#keyframes.sizeOf(this.state), growth),
			remembers: () => room.remembers,
		};
	}

	/**
	 * Takes an entry in. What it returns makes it durable, and with it what `also` writes; it must be called in the same turn, after those who
	 * look have been told.
	 * @throws EntryTooLarge, and nothing was changed then.
	 */
	apply(entry: Entry): (also?: () => void) => void {
		const text = encodeEntry(entry);
		if (text.length * 3 > ROW_BYTES && new TextEncoder().encode(text).byteLength > ROW_BYTES) {
			throw new EntryTooLarge("written out, this push takes more than a row of the log holds: send fewer frames at once");
		}
		const lastWords = silences(this.state, entry) ? this.#keyframes.lastWords(this.state) : undefined;
		this.#remember(entry, reduce(this.state, entry));
		this.#logCompleted(entry);
		return (also) =>
			this.#sql.transaction(() => {
				this.#write(text, lastWords);
				also?.();
			});
	}

	#write(text: string, lastWords: ((oldest: number) => void) | undefined): void {
		if (!this.#ready) createPart(this.#sql, LOG);
		lastWords?.(this.#log.oldest);
		const { position } = this.state;
		this.#log.append(position, this.state.at, text, this.#keyframes.notAfter(Math.min(this.history.replayFrom, this.tasks.replayFrom)));
		this.#keyframes.count(text.length, this.state.at);
		const due = this.#keyframes.due(this.state.at);
		if (due) this.#keyframes.write(keyframeOf(this.state), this.#log.oldest);
		this.history.commit(position);
		if (due) this.history.checkpoint(position);
		this.tasks.commit(position);
		if (!due) this.#keyframes.moments.step();
		this.#ready = true;
	}

	/** Completed tasks go to their log, by their number among all that the state has counted. */
	#logCompleted(entry: Entry): void {
		if (entry.type !== "push") return;
		const ends: TaskEnd[] = [];
		for (const frame of entry.frames) {
			if (frame.type !== "events") continue;
			for (const { type, ...end } of frame.events) if (type === "taskEnd") ends.push(end as TaskEnd);
		}
		if (ends.length > 0) this.tasks.append(this.state.ended - ends.length + 1, ends, this.state.position);
	}

	/** Numbers go to the history. @param replayed where the log says it; its series may not be known to the history's dictionary yet. */
	#remember(entry: Entry, series: SeriesNumbers | undefined, replayed?: number): void {
		if (entry.type !== "push") return;
		for (const frame of entry.frames) {
			if (frame.type === "series" && replayed !== undefined) {
				for (const { id: _, number, ...definition } of frame.series) {
					const assigned = this.history.redefine(definition, number);
					if (assigned !== number) throw new Error(`the log says series ${number}, the history ${assigned}: ${JSON.stringify(definition)}`);
				}
			}
			if (frame.type !== "tick") continue;
			const numbers = frame.ids.map((id) => series?.get(id) ?? LEFT_OUT);
			if (replayed === undefined) this.history.append(frame.at, numbers, frame.values);
			else this.history.replay(replayed, frame.at, numbers, frame.values);
		}
	}
}

/** True of an entry after which nobody speaks any more that reported: the last one stopped, fell silent, or another process takes its place. */
function silences(state: ClusterState, entry: Entry): boolean {
	if (entry.type !== "stale" && entry.type !== "push") return false;
	const before = state.links.get(entry.bridge);
	const { hello, frames = [] }: Partial<PushEntry> = entry.type === "push" ? entry : {};
	const replaces = hello && before && (hello.epoch !== before.epoch || (hello.started !== undefined && hello.started !== before.started));
	if (entry.type === "push" && !replaces && !frames.some(({ type }) => type === "goodbye")) return false;
	const speaks = (link: Link) => link.reporting && link.staleSince === undefined;
	const links = [...state.links.values()];
	return before?.reporting === true && !links.some((link) => link !== before && speaks(link));
}

/** Counts the unreadable parts of a log, which are left out. */
class Damage {
	keyframes = 0;
	#entries = 0;
	#first = "";

	/** @returns whether the entry was applied. */
	take(position: number, entry: Entry | Error, apply: () => void): boolean {
		try {
			if (entry instanceof Error) throw entry;
			apply();
			return true;
		} catch (error) {
			this.#entries++;
			if (this.#entries === 1) this.#first = ` (the first is ${position}: ${(error as Error).message})`;
			return false;
		}
	}

	get words(): string | undefined {
		if (this.keyframes + this.#entries === 0) return undefined;
		const entries = `${this.#entries} entries of the log${this.#first}`;
		return `the storage is damaged: ${this.keyframes > 0 ? `${this.keyframes} keyframes and ` : ""}${entries} could not be read and were left out`;
	}
}
