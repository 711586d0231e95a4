/**
 * The outbox on disk: a journal of unacknowledged frames in a directory that one bridge owns.
 *
 * Every frame is in the journal before `put` returns, and every number before its frame is sent. A bridge that was killed therefore resumes in
 * its epoch with the same frames under the same numbers. `welcome` overrides the journal's last acknowledged number.
 *
 * A crash of the process loses nothing. A crash of the machine loses at most the last second: fdatasync runs once a second, so that the disk
 * never blocks the colony. If numbers were lost in that second, the cluster has more than the spool: a new epoch begins, and events of that
 * second may be logged twice.
 *
 * Size: a push of 650 series takes some 7 kB, so 8 hours at one every 5 s take 40 MB, a day 120 MB; events come on top. Clusters refuse
 * samples older than a day, so more is of little use. Past `maxBytes` the oldest sixteenth is evicted and counted as a gap.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { SeriesDefinition } from "../../protocol/wire/series.ts";
import { Dictionary } from "./dictionary.ts";
import { type Lock, lock } from "./lock.ts";
import type { Dropped, Frame, OutboxEntry } from "./outbox-entry.ts";
import type { OpenRecord, SpoolRecord } from "./records.ts";
import { type Recovered, Recovery } from "./recovery.ts";
import { Segments } from "./segments.ts";
import type { LaneName } from "./waiting.ts";

export interface SpoolOptions {
	/** A directory of this bridge's own, created if missing. */
	directory: string;
	/** Bytes on disk, at least 1 MB. Default 256 MB. */
	maxBytes?: number;
}

export interface SpoolOwner {
	bridge: string;
	/** Called when the disk fails. */
	onError(message: string): void;
	/** Default: a sixteenth of `maxBytes`. */
	segmentBytes?: number;
}

const DEFAULT_MAX_BYTES = 256_000_000;
const LEAST_BYTES = 1_000_000;
const SEGMENTS = 16;

export class Spool {
	readonly recovered: Recovered | undefined;
	/** Series announced in the epoch, by number. */
	readonly series: readonly ({ id: number } & SeriesDefinition)[];
	readonly #lock: Lock;
	readonly #maxBytes: number;
	readonly #segments: Segments;
	readonly #dictionary: Dictionary;
	readonly #onError: (message: string) => void;
	readonly #open: OpenRecord;

	/** @throws if another process holds the directory, it belongs to another bridge, or the disk fails. */
	constructor({ directory, maxBytes = DEFAULT_MAX_BYTES }: SpoolOptions, owner: SpoolOwner) {
		if (typeof directory !== "string" || directory === "") throw new TypeError("a spool needs a directory of its own");
		if (!(maxBytes >= LEAST_BYTES) && owner.segmentBytes === undefined) {
			throw new RangeError(`invalid maxBytes ${maxBytes} of the spool; at least ${LEAST_BYTES} bytes`);
		}
		this.#maxBytes = maxBytes;
		this.#onError = owner.onError;
		const onError = (error: unknown) => this.#failed(error);
		this.#segments = new Segments(directory, owner.segmentBytes ?? maxBytes / SEGMENTS, () => JSON.stringify(this.#open), onError);
		this.#lock = lock(join(directory, "lock"), directory);
		try {
			const recovery = new Recovery();
			for (const { number, bytes } of this.#segments.left()) recovery.read(number, bytes);
			const found = recovery.found();
			if (found && found.bridge !== owner.bridge) {
				throw new Error(`the spool "${directory}" is of bridge "${found.bridge}", this one is "${owner.bridge}": each needs its own`);
			}
			this.recovered = found;
			const started = Math.max(Date.now(), (found?.started ?? 0) + 1);
			this.#open = {
				k: "open",
				bridge: owner.bridge,
				instance: found?.instance ?? randomUUID(),
				epoch: found?.epoch ?? 0,
				started,
				seq: found?.seq ?? 0,
				id: found?.lastId ?? 0,
				...(found?.dropped && { dropped: found.dropped }),
				gaps: found?.gaps ?? { count: 0, samples: 0, events: 0 },
				position: found?.position,
			};
			for (const { id, place } of [...(found?.numbered ?? []), ...(found?.waiting ?? [])])
				if (place) this.#segments.hold(place.segment, id);
			this.#dictionary = new Dictionary(directory, this.#open.epoch, (found?.waiting ?? []).concat(found?.numbered ?? []), (entry) =>
				this.#segments.read(entry.place as NonNullable<OutboxEntry["place"]>),
			);
			this.series = this.#dictionary.series;
			this.#segments.begin();
			this.#segments.clean();
		} catch (error) {
			this.#segments.close();
			this.#lock.release();
			throw error;
		}
	}

	get instance(): string {
		return this.#open.instance;
	}
	/** 0: not assigned by the cluster yet. */
	get epoch(): number {
		return this.#open.epoch;
	}
	/** Start of this process, ms; always later than the previous one's. */
	get started(): number {
		return this.#open.started;
	}
	get bytes(): number {
		return this.#segments.bytes;
	}
	get overflows(): boolean {
		return this.bytes > this.#maxBytes;
	}
	get segments(): number {
		return this.#segments.count;
	}

	/**
	 * @param position the colony's read position after this frame.
	 * @returns false if the disk failed: the frame is in memory only.
	 */
	put(entry: OutboxEntry, position?: unknown): boolean {
		if (!this.#put(entry, entry.rest, position)) return false;
		this.#open.id = entry.id;
		if (position !== undefined) this.#open.position = position;
		if (entry.type === "series") this.#quietly(() => this.#dictionary.add(entry.rest ?? ""));
		return true;
	}

	/** Writes the colony's read position without a frame. */
	record(position: unknown): void {
		this.#quietly(() => this.#record({ k: "position", position }));
		this.#open.position = position;
	}

	/** Writes the numbers of entries, which are consecutive. */
	number(entries: readonly OutboxEntry[]): void {
		const [first] = entries;
		const gap = entries.find(({ type }) => type === "gap");
		if (!first) return;
		const said = gap && { gap: { samples: gap.samples, events: gap.events, from: gap.from, until: gap.until } };
		const ids = entries.map(({ id }) => id);
		this.#quietly(() => {
			const place = this.#record({ k: "number", seq: first.seq as number, skewMs: first.skewMs ?? 0, ids, ...said });
			if (gap) this.#place(gap, place);
		});
		// After the write: if it begins a new segment, the open record must not include the numbers yet.
		this.#open.seq = entries.at(-1)?.seq as number;
		if (gap) delete this.#open.dropped;
	}

	/** @throws if the disk fails. */
	read({ place }: OutboxEntry): string {
		return this.#segments.read(place as NonNullable<OutboxEntry["place"]>);
	}

	/** The entry is not needed any more. */
	release(entry: OutboxEntry): void {
		const { place } = entry;
		if (!place) return;
		delete entry.place;
		this.#quietly(() => this.#segments.free(place.segment));
	}

	/** Records that these lanes are evicted up to entry `through`, before they are. */
	drop(dropped: Dropped, gaps: OpenRecord["gaps"], through: number, lanes: LaneName[]): void {
		this.#quietly(() => this.#record({ k: "drop", dropped, gaps, through, lanes }));
		this.#open.dropped = dropped;
		this.#open.gaps = { ...gaps };
	}

	/** Restarts numbering. @param first the frames sent first, with all series. @param acked last number the cluster acknowledged. */
	renew(first: readonly Frame[], acked: number): void {
		const series = first.flatMap((frame) => (frame.type === "series" ? frame.series : []));
		this.#quietly(() => {
			this.#dictionary.renew(0, series);
			this.#record({ k: "epoch", epoch: 0, acked });
			this.#dictionary.removeOthers();
		});
		this.#open.epoch = 0;
		this.#open.seq = 0;
	}

	/** The cluster has assigned the epoch. All its series are also in the journal until frames are numbered. */
	begin(epoch: number): void {
		this.#quietly(() => {
			this.#record({ k: "run", epoch });
			this.#dictionary.move(epoch);
		});
		this.#open.epoch = epoch;
	}

	/** Newest entry in the oldest segment, which is closed for writing. */
	get lastIdOfOldest(): number {
		if (this.#segments.count === 1) this.#quietly(() => this.#segments.begin());
		return this.#segments.oldest?.lastId ?? 0;
	}

	inOldest({ place }: OutboxEntry): boolean {
		return place !== undefined && place.segment === this.#segments.oldest?.number;
	}

	/** Rewrites an entry at the end. */
	move(entry: OutboxEntry): void {
		const { place: before } = entry;
		if (!before) return;
		const text = entry.type === "gap" ? "" : this.read(entry);
		if (this.#put(entry, text)) this.#quietly(() => this.#segments.free(before.segment));
	}

	close(): void {
		this.#quietly(() => this.#segments.close());
		this.#lock.release();
	}

	#put(entry: OutboxEntry, text = "", position?: unknown): boolean {
		const { id, type, bytes, samples, events, from, until, whole, seq, skewMs } = entry;
		const numbered = seq !== undefined && { seq, skewMs: skewMs ?? 0 };
		const record: SpoolRecord = { k: "put", id, type, bytes, samples, events, from, until, ...(whole && { whole }), ...numbered, position };
		return this.#quietly(() => this.#place(entry, this.#record(record, text)));
	}

	#place(entry: OutboxEntry, place: NonNullable<OutboxEntry["place"]>): void {
		entry.place = place;
		this.#segments.hold(place.segment, entry.id);
	}

	#record(record: SpoolRecord, text = ""): NonNullable<OutboxEntry["place"]> {
		return this.#segments.append(JSON.stringify(record), text);
	}

	/** A disk failure is reported; the bridge goes on in memory. */
	#quietly(work: () => void): boolean {
		try {
			work();
			return true;
		} catch (error) {
			this.#failed(error);
			return false;
		}
	}

	#failed(error: unknown): void {
		const words = error instanceof Error ? error.message : String(error);
		this.#onError(`the spool cannot be written (${words}); what is put now would not outlive this process`);
	}
}
