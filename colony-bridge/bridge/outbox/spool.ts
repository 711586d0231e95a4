/**
 * The outbox on disk: unacknowledged frames in a SQLite file that one bridge owns.
 *
 * Changes gather and are written in one transaction: at the end of the turn, and before frames are sent, so that a bridge that was killed or
 * lost its power resumes in its epoch with the same frames under the same numbers. Acknowledged frames are deleted with the next frames that
 * are put: until then the `welcome` of a resumed link reports them as arrived. A transaction that fails stays, and is tried again with the next.
 *
 * Size: a push of 650 series takes some 7 kB, so 8 hours at one every 5 s take 40 MB, a day 120 MB; events come on top. Clusters refuse
 * samples older than a day, so more is of little use. Past `maxBytes` of frames the oldest are evicted and counted as a gap.
 */
import { randomUUID } from "node:crypto";
import type { SqliteFile } from "../../sqlite.ts";
import type { Dropped, OutboxEntry } from "./outbox-entry.ts";
import { type About, ANNOUNCED, type Gaps, HELD, type NumberedSeries, openSpool, type Recovered } from "./spool-file.ts";
import type { StoredFrames } from "./stored-frames.ts";

export interface SpoolOptions {
	/** A directory of this bridge's own, created if missing. */
	directory: string;
	/** Bytes of frames, at least 1 MB. Default 256 MB. */
	maxBytes?: number;
}

interface SpoolOwner {
	bridge: string;
	/** Called when the disk fails, or the file was damaged. */
	onError(message: string): void;
	/** Smallest `maxBytes`. Default 1 MB. */
	leastBytes?: number;
}

const DEFAULT_MAX_BYTES = 256_000_000;
const LEAST_BYTES = 1_000_000;
/** Pages of 4 kB that the file keeps for frames to come, and the most that are copied to give more of them back. */
const SPARE_PAGES = 1_000;

export class Spool {
	readonly maxBytes: number;
	/** Start of this process, ms; always later than the previous one's. */
	readonly started: number;
	readonly instance: string;
	/** Frames of an earlier process; undefined for a new spool. */
	readonly recovered: Recovered | undefined;
	/** Series announced in the epoch, by number. */
	readonly series: readonly NumberedSeries[];
	readonly #sql: SqliteFile;
	readonly #frames: StoredFrames;
	readonly #onError: (message: string) => void;
	#epoch: number;
	#bytes: number;
	#announcedBytes: number;
	/** Changes that are not on disk. */
	#changed = false;
	#added = new Map<number, OutboxEntry>();
	#removed = new Set<number>();
	#announced = new Set<number>();
	#numbered: OutboxEntry[] = [];
	#acked = 0;
	#about = new Map<string, unknown>();
	#renewed = false;
	#turn: NodeJS.Immediate | undefined;
	#closed = false;

	/** @throws if another process holds the directory, it belongs to another bridge, a newer version wrote it, or the disk fails. */
	constructor({ directory, maxBytes = DEFAULT_MAX_BYTES }: SpoolOptions, { bridge, onError, leastBytes = LEAST_BYTES }: SpoolOwner) {
		if (typeof directory !== "string" || directory === "") throw new TypeError("a spool needs a directory of its own");
		if (!(maxBytes >= leastBytes)) throw new RangeError(`invalid maxBytes ${maxBytes} of the spool; at least ${leastBytes} bytes`);
		this.maxBytes = maxBytes;
		this.#onError = onError;
		const { sql, frames, about, recovered, series } = openSpool(directory, onError);
		if (about && about.bridge !== bridge) {
			sql.close();
			throw new Error(`the spool "${directory}" is of bridge "${about.bridge}", this one is "${bridge}": each needs its own`);
		}
		this.#sql = sql;
		this.#frames = frames;
		this.recovered = recovered;
		this.series = series;
		this.instance = about?.instance ?? randomUUID();
		this.started = Math.max(Date.now(), (about?.started ?? 0) + 1);
		this.#epoch = about?.epoch ?? 0;
		this.#announcedBytes = frames.heldOf(ANNOUNCED).bytes;
		this.#bytes = frames.heldOf(HELD).bytes + this.#announcedBytes;
		this.#set({ bridge, instance: this.instance, started: this.started });
		this.commit();
	}

	/** 0: not assigned by the cluster yet. */
	get epoch(): number {
		return this.#epoch;
	}
	/** Bytes of stored frames. */
	get bytes(): number {
		return this.#bytes;
	}

	put(entry: OutboxEntry): void {
		this.#added.set(entry.id, entry);
		this.#bytes += entry.bytes;
		this.#atTurnsEnd();
	}

	/** Records the colony's read position after the frames put in this turn: a kill leaves both or neither. */
	record(position: unknown): void {
		this.#set({ position });
	}

	/** Writes the numbers of entries, which are consecutive, and all that is not on disk. */
	number(entries: readonly OutboxEntry[]): void {
		this.#numbered.push(...entries);
		const gap = entries.some(({ type }) => type === "gap");
		this.#set({ seq: entries.at(-1)?.seq ?? 0, ...(gap && { dropped: undefined }) });
		this.commit();
	}

	/** @throws if the disk fails. */
	read({ id }: OutboxEntry): string {
		return this.#frames.text(HELD, id);
	}

	/** Frames up to `seq` are acknowledged; they are released one by one. */
	ack(seq: number): void {
		this.#acked = seq;
		this.#numbered = this.#numbered.filter((entry) => (entry.seq as number) > seq);
	}

	/** The entry is acknowledged, or void. Series stay until numbers restart: a later process gives them the same ids. */
	release({ id, type, bytes }: OutboxEntry): void {
		this.#changed = true;
		if (type === "series") {
			this.#announced.add(id);
			this.#announcedBytes += bytes;
		} else {
			this.#bytes -= bytes;
			if (!this.#added.delete(id)) this.#removed.add(id);
		}
	}

	/** Records a dropped range, together with the release of its entries. */
	drop(dropped: Dropped, gaps: Gaps): void {
		this.#set({ dropped, gaps: { ...gaps } });
	}

	/** Restarts numbering. Series announced so far are void. */
	renew(): void {
		for (const id of this.#announced) if (!this.#added.delete(id)) this.#removed.add(id);
		this.#announced.clear();
		this.#bytes -= this.#announcedBytes;
		this.#announcedBytes = 0;
		this.#numbered = [];
		this.#acked = 0;
		this.#renewed = true;
		this.#set({ seq: 0 });
		this.begin(0);
	}

	/** The cluster has assigned the epoch. */
	begin(epoch: number): void {
		this.#epoch = epoch;
		this.#set({ epoch });
	}

	/** Writes the entries that are not on disk. @returns false if the disk failed: the next changes try again, and the bridge continues in memory. */
	commit(): boolean {
		clearImmediate(this.#turn);
		this.#turn = undefined;
		if (!this.#changed || this.#closed) return true;
		const deleted = this.#removed.size > 0;
		try {
			this.#sql.transaction(() => this.#write());
		} catch (error) {
			this.#onError(`the spool cannot be written (${(error as Error).message}); what is put now would not outlive this process`);
			return false;
		}
		for (const entry of this.#added.values()) entry.stored = true;
		for (const written of [this.#added, this.#removed, this.#announced, this.#about]) written.clear();
		this.#numbered = [];
		this.#changed = false;
		this.#renewed = false;
		if (deleted) this.#shrink();
		return true;
	}

	close(): void {
		this.commit();
		this.#closed = true;
		this.#sql.close();
	}

	#write(): void {
		if (this.#renewed) {
			this.#sql.run("DELETE FROM numbers");
			this.#frames.removeThrough(ANNOUNCED);
		} else if (this.#acked > 0) this.#sql.run("DELETE FROM numbers WHERE seq <= ?", this.#acked);
		for (const id of this.#removed) this.#frames.remove(HELD, id);
		for (const entry of this.#added.values()) this.#frames.add(HELD, { ...entry, seq: entry.id }, entry.rest ?? "");
		for (const id of this.#announced) this.#frames.move(HELD, id, ANNOUNCED);
		for (const { seq, id, skewMs = 0 } of this.#numbered) {
			this.#sql.run("INSERT OR REPLACE INTO numbers (seq, id, skew) VALUES (?, ?, ?)", seq as number, id, skewMs);
		}
		for (const [name, value] of this.#about) {
			this.#sql.run("INSERT OR REPLACE INTO about (name, value) VALUES (?, ?)", name, JSON.stringify(value ?? null));
		}
	}

	/** Gives the space of delivered frames back to the file system, once little is left that has to be copied for it. */
	#shrink(): void {
		const [pages] = this.#sql.all<{ used: number; free: number }>(
			"SELECT page_count - freelist_count AS used, freelist_count AS free FROM pragma_page_count, pragma_freelist_count",
		);
		if (!pages || pages.free <= SPARE_PAGES || pages.used >= SPARE_PAGES) return;
		try {
			this.#sql.run("VACUUM");
		} catch (error) {
			this.#onError(`the spool cannot be made smaller: ${(error as Error).message}`);
		}
	}

	#set(values: Partial<About>): void {
		for (const [name, value] of Object.entries(values)) this.#about.set(name, value);
		this.#atTurnsEnd();
	}

	#atTurnsEnd(): void {
		this.#changed = true;
		this.#turn ??= setImmediate(() => this.commit());
	}
}
