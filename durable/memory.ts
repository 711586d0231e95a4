/**
 * What a cluster keeps in memory, and how it comes back: the newest keyframe that neither the history nor the log of ended tasks goes beyond,
 * then the entries after it, each applied as it was when it came.
 */
import type { TaskEnd } from "../colony-bridge/protocol/state.ts";
import { History } from "./history/history.ts";
import type { HistoryOptions } from "./history/options.ts";
import type { Entry } from "./log/entry.ts";
import { encodeEntry } from "./log/entry-text.ts";
import { KEYFRAME_PACE, type KeyframePace, Keyframes } from "./log/keyframes.ts";
import { LOG_BOUNDS, Log, type LogBounds } from "./log/log.ts";
import { logExists, migrateLog } from "./log/schema.ts";
import type { Sql } from "./sql.ts";
import type { ClusterState } from "./state/cluster-state.ts";
import { LEFT_OUT } from "./state/link.ts";
import { reduce } from "./state/reduce.ts";
import { TaskLog, type TaskLogBounds } from "./tasks/task-log.ts";

/** Bytes of a row in a Durable Object, less what the other columns take. */
const ROW_BYTES = 1_990_000;

export interface MemoryOptions {
	log?: Partial<LogBounds>;
	keyframes?: Partial<KeyframePace>;
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

	/** Reads only. @throws where the log is not whole. */
	constructor(sql: Sql, options: MemoryOptions = {}) {
		this.#sql = sql;
		const exists = logExists(sql);
		this.#log = new Log(sql, exists, { ...LOG_BOUNDS, ...options.log });
		this.#keyframes = new Keyframes(sql, { ...KEYFRAME_PACE, ...options.keyframes });
		this.history = new History(sql, options.history);
		this.tasks = new TaskLog(sql, options.tasks);
		const from = this.history.replayFrom;
		this.state = this.#keyframes.load(exists ? from : undefined);
		if (!exists) return;
		// Back to where all ends that were known are on disk. Keyframes before format 3 had their ends with them.
		while (this.state.ended > this.tasks.written && this.state.tasksApart) {
			this.state = this.#keyframes.load(this.state.position - 1);
		}
		for (const { position, entry, chars } of this.#log.after(this.state.position)) {
			this.#keyframes.count(chars);
			reduce(this.state, entry);
			if (position > from) this.#remember(entry, position);
			this.#keepEnds(entry);
		}
		// Whoever waited for these is gone with the memory before.
		this.state.commands.takeEnded();
	}

	/** Bytes of the state as it was last weighed. */
	get stateBytes(): number {
		return this.#keyframes.bytes;
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
		reduce(this.state, entry);
		this.#remember(entry);
		this.#keepEnds(entry);
		return (also) =>
			this.#sql.transaction(() => {
				this.#write(text);
				also?.();
			});
	}

	#write(text: string): void {
		if (!this.#ready) migrateLog(this.#sql);
		const { position } = this.state;
		this.#log.append(position, text, this.#keyframes.notAfter(Math.min(this.history.replayFrom, this.tasks.replayFrom)));
		this.#keyframes.count(text.length);
		if (this.#keyframes.due) this.#keyframes.write(this.state, this.#log.oldest);
		this.history.commit(position);
		this.tasks.commit(position);
		this.#ready = true;
	}

	/** Ends go to their log, by their number among all that the state has counted. */
	#keepEnds(entry: Entry): void {
		if (entry.type !== "push") return;
		const ends: TaskEnd[] = [];
		for (const frame of entry.frames) {
			if (frame.type !== "events") continue;
			for (const { type, ...end } of frame.events) if (type === "taskEnd") ends.push(end as TaskEnd);
		}
		if (ends.length > 0) this.tasks.append(this.state.ended - ends.length + 1, ends, this.state.position);
	}

	/** Numbers go to the history. @param replayed where the log says it; its series may not be known to the history's dictionary yet. */
	#remember(entry: Entry, replayed?: number): void {
		if (entry.type !== "push") return;
		const series = this.state.links.get(entry.bridge)?.series;
		for (const frame of entry.frames) {
			if (frame.type === "series" && replayed !== undefined) {
				for (const { id: _, number, ...definition } of frame.series) {
					const given = this.history.define(definition);
					if (given !== number) throw new Error(`the log says series ${number}, the history ${given}: ${JSON.stringify(definition)}`);
				}
			}
			if (frame.type !== "tick") continue;
			const numbers = frame.ids.map((id) => series?.[id] ?? LEFT_OUT);
			if (replayed === undefined) this.history.append(frame.at, numbers, frame.values);
			else this.history.replay(replayed, frame.at, numbers, frame.values);
		}
	}
}
