/**
 * What a bridge has put and the cluster does not have, on disk: a journal in a directory that one bridge owns.
 *
 * Truth is the journal: every frame is in it before `put` returns, and every number before the frame goes out under it. So a bridge that was
 * killed goes on in its epoch and sequence with the same frames under the same numbers: nothing is lost, and what the cluster has already is
 * told by its number. What the cluster says it has (`welcome`) goes before what is thought here.
 *
 * What a crash may lose: of the process, nothing. Of the machine, the last second: the system has everything at once, the disk itself once a
 * second (fdatasync), for a bridge must not hold its colony up with a disk. Where numbers were lost in that second, the cluster has more than
 * the spool knows; then everything is announced anew in a new epoch, and events of that second may stand in the log twice.
 *
 * Size: a push of 650 series takes some 7 kB, so 8 hours at one every 5 s take 40 MB, a day 120 MB; events come on top. Numbers older than a
 * day are refused by clusters, so there is little use in more. Past `maxBytes` the oldest sixteenth goes, counted as a gap.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { SeriesDefinition } from "../../protocol/wire/series.ts";
import { Dictionary } from "./dictionary.ts";
import { type Lock, lock } from "./lock.ts";
import type { Dropped, Frame, OutboxEntry } from "./outbox-entry.ts";
import type { Note, OpenNote } from "./records.ts";
import { type Recovered, Recovery } from "./recovery.ts";
import { Segments } from "./segments.ts";
import type { LaneName } from "./waiting.ts";

export interface SpoolOptions {
	/** A directory of this bridge's own; made where it is not there. */
	directory: string;
	/** Bytes on disk, at least 1 MB. Default 256 MB. */
	maxBytes?: number;
}

export interface SpoolOwner {
	/** The bridge's name. */
	bridge: string;
	/** Hears what the disk does not do. */
	onError(message: string): void;
	/** Default: a sixteenth of the whole. */
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
	readonly #open: OpenNote;

	/** @throws where another bridge has the directory, it is another bridge's, or the disk refuses. */
	constructor({ directory, maxBytes = DEFAULT_MAX_BYTES }: SpoolOptions, owner: SpoolOwner) {
		if (typeof directory !== "string" || directory === "") throw new TypeError("a spool needs a directory of its own");
		if (!(maxBytes >= LEAST_BYTES) && owner.segmentBytes === undefined) {
			throw new RangeError(`invalid maxBytes ${maxBytes} of the spool; at least ${LEAST_BYTES} bytes`);
		}
		this.#maxBytes = maxBytes;
		this.#onError = owner.onError;
		const onError = (error: unknown) => this.#complain(error);
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
	/** 0: the cluster has given none out yet. */
	get epoch(): number {
		return this.#open.epoch;
	}
	/** When this process began, ms: later than the one before, whatever the clock says. */
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
	 * @param position how far what the colony has said reaches with it.
	 * @returns false where the disk refused: the frame is in memory alone then.
	 */
	put(entry: OutboxEntry, position?: unknown): boolean {
		if (!this.#put(entry, entry.rest, position)) return false;
		this.#open.id = entry.id;
		if (position !== undefined) this.#open.position = position;
		if (entry.type === "series") this.#quietly(() => this.#dictionary.add(entry.rest ?? ""));
		return true;
	}

	/** The colony's position, where nothing was put with it. */
	note(position: unknown): void {
		this.#quietly(() => this.#note({ k: "position", position }));
		this.#open.position = position;
	}

	/** Entries have got their numbers, one after the other. */
	number(entries: readonly OutboxEntry[]): void {
		const [first] = entries;
		const gap = entries.find(({ type }) => type === "gap");
		if (!first) return;
		const said = gap && { gap: { samples: gap.samples, events: gap.events, from: gap.from, until: gap.until } };
		const ids = entries.map(({ id }) => id);
		this.#quietly(() => {
			const place = this.#note({ k: "number", seq: first.seq as number, skewMs: first.skewMs ?? 0, ids, ...said });
			if (gap) this.#place(gap, place);
		});
		// Afterwards: a segment that begins with the note must not say what the note does before it is there.
		this.#open.seq = entries.at(-1)?.seq as number;
		if (gap) delete this.#open.dropped;
	}

	/** @throws where the disk does not give it back. */
	read({ place }: OutboxEntry): string {
		return this.#segments.read(place as NonNullable<OutboxEntry["place"]>);
	}

	/** Nobody needs it any more. */
	release(entry: OutboxEntry): void {
		const { place } = entry;
		if (!place) return;
		delete entry.place;
		this.#quietly(() => this.#segments.free(place.segment));
	}

	/** What these lanes held up to entry `through` is dropped: said here before it is forgotten there. */
	drop(dropped: Dropped, gaps: OpenNote["gaps"], through: number, lanes: LaneName[]): void {
		this.#quietly(() => this.#note({ k: "drop", dropped, gaps, through, lanes }));
		this.#open.dropped = dropped;
		this.#open.gaps = { ...gaps };
	}

	/** Numbers start again. @param first what is told first, the series among it. @param acked up to here the cluster had everything. */
	renew(first: readonly Frame[], acked: number): void {
		const series = first.flatMap((frame) => (frame.type === "series" ? frame.series : []));
		this.#quietly(() => {
			this.#dictionary.renew(0, series);
			this.#note({ k: "epoch", epoch: 0, acked });
			this.#dictionary.removeOthers();
		});
		this.#open.epoch = 0;
		this.#open.seq = 0;
	}

	/** The cluster has named the run. Until frames have numbers all series of it are in the journal, too. */
	begin(epoch: number): void {
		this.#quietly(() => {
			this.#note({ k: "run", epoch });
			this.#dictionary.move(epoch);
		});
		this.#open.epoch = epoch;
	}

	/** The newest entry in the oldest segment, which is no longer written to. */
	get lastIdOfOldest(): number {
		if (this.#segments.count === 1) this.#quietly(() => this.#segments.begin());
		return this.#segments.oldest?.lastId ?? 0;
	}

	inOldest({ place }: OutboxEntry): boolean {
		return place !== undefined && place.segment === this.#segments.oldest?.number;
	}

	/** Writes an entry again, at the end. */
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
		const note: Note = { k: "put", id, type, bytes, samples, events, from, until, ...(whole && { whole }), ...numbered, position };
		return this.#quietly(() => this.#place(entry, this.#note(note, text)));
	}

	#place(entry: OutboxEntry, place: NonNullable<OutboxEntry["place"]>): void {
		entry.place = place;
		this.#segments.hold(place.segment, entry.id);
	}

	#note(note: Note, text = ""): NonNullable<OutboxEntry["place"]> {
		return this.#segments.append(JSON.stringify(note), text);
	}

	/** A disk that refuses is told, and does not stop the bridge: memory goes on. */
	#quietly(work: () => void): boolean {
		try {
			work();
			return true;
		} catch (error) {
			this.#complain(error);
			return false;
		}
	}

	#complain(error: unknown): void {
		const words = error instanceof Error ? error.message : String(error);
		this.#onError(`the spool cannot be written (${words}); what is put now would not outlive this process`);
	}
}
