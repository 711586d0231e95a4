/**
 * Runs of a colony: from the first report of a bridge's process to its goodbye, to its silence, or to the report of another process of that name.
 * A bridge that reconnects, or is heard again after a silence, goes on with its run. The newest are kept; how many there were is told.
 */
import type { RunRow } from "../../colony-bridge/protocol/query/run-rows.ts";
import { shorten } from "../../colony-bridge/protocol/values/text.ts";
import { isSender } from "../../colony-bridge/protocol/wire/names.ts";
import type { TaskEnd } from "../../colony-bridge/protocol/wire/state.ts";
import { ENTRY_BYTES, OBJECT_BYTES } from "../work/resident.ts";
import type { Link } from "./link.ts";

/** Ended runs that are kept. */
const MOST_ENDED = 200;
/** Characters of a first error. */
const ERROR_CHARS = 300;
/** Resident bytes of a run. */
const RUN_BYTES = ENTRY_BYTES + 4 * OBJECT_BYTES + ERROR_CHARS * 2;

export type Run = RunRow;
export interface StoredRuns {
	total: number;
	ended: Run[];
	open: Run[];
}

export class Runs {
	/** By bridge, also of those that are silent: they may be heard again. */
	readonly #open = new Map<string, Run>();
	/** Oldest first. */
	#ended: Run[] = [];
	#total = 0;
	/** Rises whenever something changed. Not part of the state. */
	version = 0;

	get bytes(): number {
		return (this.#open.size + this.#ended.length) * RUN_BYTES;
	}

	/** Runs there ever were. */
	get total(): number {
		return this.#total;
	}

	/** Newest first; those that go on before those that ended. */
	all(): Run[] {
		const newest = (a: Run, b: Run) => b.began - a.began;
		return [...[...this.#open.values()].sort(newest), ...this.#ended.toReversed()];
	}

	/** The bridge reports. @param at ms */
	reported({ bridge, colony, started }: Pick<Link, "bridge" | "colony" | "started">, at: number): void {
		if (isSender(bridge)) return;
		const open = this.#open.get(bridge);
		if (open && open.end === undefined) return;
		this.version++;
		if (open) {
			// It was silent, and is heard again.
			const { end: _, ended: __, ...goesOn } = open;
			this.#open.set(bridge, goesOn);
			return;
		}
		this.#total++;
		this.#open.set(bridge, {
			id: String(this.#total),
			bridge,
			colony,
			began: Math.min(started ?? at, at),
			reported: at,
			completed: 0,
			failed: 0,
			cancelled: 0,
			no_result: 0,
			retries: 0,
			workers: 0,
		});
	}

	/** Another process of this name begins. @param heard when the one before was heard for the last time, ms. */
	replaced(bridge: string, heard: number): void {
		this.#close(bridge, "replaced", heard);
	}

	/** It said goodbye. */
	stopped(bridge: string, at: number): void {
		this.#close(bridge, "stopped", at);
	}

	/** It is gone for good. @param heard as of {@link replaced}. */
	forgotten(bridge: string, heard: number): void {
		this.#close(bridge, "silent", heard);
	}

	/** It has said nothing since. */
	fellSilent(bridge: string, since: number): void {
		const open = this.#open.get(bridge);
		if (!open || open.end !== undefined) return;
		this.version++;
		this.#open.set(bridge, { ...open, end: "silent", ended: since });
	}

	#close(bridge: string, end: NonNullable<Run["end"]>, at: number): void {
		const open = this.#open.get(bridge);
		if (!open) return;
		this.version++;
		this.#open.delete(bridge);
		this.#ended.push({ ...open, end, ended: at });
		if (this.#ended.length > MOST_ENDED) this.#ended.shift();
	}

	/** A task of the run has ended. */
	taskEnded(bridge: string, { status, attempt, name, error, endedAt }: TaskEnd): void {
		this.#change(bridge, (run) => {
			const first = status === "failed" && error && !run.firstError;
			return {
				...run,
				[status]: run[status] + 1,
				...((attempt ?? 1) > 1 && { retries: run.retries + 1 }),
				...(first && { firstError: { at: endedAt, text: shorten(`${name}: ${error.message}`, ERROR_CHARS) } }),
			};
		});
	}

	/** A line of its log says that something is wrong. */
	logged(bridge: string, at: number, message: string): void {
		this.#change(bridge, (run) => (run.firstError ? run : { ...run, firstError: { at, text: shorten(message, ERROR_CHARS) } }));
	}

	/** Its workers now. */
	counted(bridge: string, workers: number): void {
		this.#change(bridge, (run) => (workers > run.workers ? { ...run, workers } : run));
	}

	#change(bridge: string, next: (run: Run) => Run): void {
		const run = this.#open.get(bridge);
		const changed = run && next(run);
		if (!changed || changed === run) return;
		this.version++;
		this.#open.set(bridge, changed);
	}

	store(): StoredRuns {
		return { total: this.#total, ended: this.#ended, open: [...this.#open.values()] };
	}

	restore({ total, ended, open }: StoredRuns): void {
		this.#total = total;
		this.#ended = [...ended];
		for (const run of open) this.#open.set(run.bridge, run);
		this.version++;
	}
}
