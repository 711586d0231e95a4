/** Reads what a process before this one left in its spool. */
import { type Dropped, gapEntry, type OutboxEntry, outlives } from "./outbox-entry.ts";
import type { Note, OpenNote } from "./records.ts";
import { recordsIn } from "./segments.ts";
import { laneOf } from "./waiting.ts";

export interface Recovered {
	bridge: string;
	instance: string;
	epoch: number;
	started: number;
	/** Newest number given out. */
	seq: number;
	lastId: number;
	/** With a number, without a hole, up to `seq`. */
	numbered: OutboxEntry[];
	/** Without one, in the order they were put. */
	waiting: OutboxEntry[];
	dropped?: Dropped;
	gaps: OpenNote["gaps"];
	position?: unknown;
	/** Bytes at the ends of segments that were no whole records: being written when the process died. */
	torn: number;
}

export class Recovery {
	#entries = new Map<number, OutboxEntry>();
	#gaps: OutboxEntry[] = [];
	#found: Omit<Recovered, "numbered" | "waiting"> | undefined;
	#torn = 0;

	/** The next segment, oldest first. */
	read(segment: number, bytes: Buffer): void {
		const records = recordsIn(bytes);
		for (;;) {
			const next = records.next();
			if (next.done) {
				this.#torn += bytes.length - next.value;
				return;
			}
			const { payload, offset } = next.value;
			const end = payload.indexOf(10);
			const note = JSON.parse(payload.toString("utf8", 0, end)) as Note;
			this.#take(note, { segment, offset: offset + end + 1, length: payload.length - end - 1 });
		}
	}

	/** @returns undefined where there was nothing. */
	found(): Recovered | undefined {
		if (!this.#found) return undefined;
		const all = [...this.#gaps, ...this.#entries.values()];
		const given = all.filter(({ seq }) => seq !== undefined).sort((a, b) => (a.seq as number) - (b.seq as number));
		// Segments go once all in them is acknowledged: what lies before a hole was acknowledged too.
		let from = given.length;
		for (let expected = this.#found.seq; from > 0 && given[from - 1]?.seq === expected; expected--) from -= 1;
		const waiting = [...this.#entries.values()].filter(({ seq }) => seq === undefined).sort((a, b) => a.id - b.id);
		return { ...this.#found, torn: this.#torn, numbered: given.slice(from), waiting };
	}

	#take(note: Note, place: NonNullable<OutboxEntry["place"]>): void {
		if (note.k === "open") {
			const { bridge, instance, epoch, started, seq, id, dropped, gaps, position } = note;
			this.#found = { bridge, instance, epoch, started, seq, lastId: id, gaps, torn: 0, position, ...(dropped && { dropped }) };
			return;
		}
		const found = this.#found;
		if (!found) return;
		switch (note.k) {
			case "put": {
				const { k: _, whole, type, position, ...rest } = note;
				if (position !== undefined) found.position = position;
				found.lastId = Math.max(found.lastId, note.id);
				const entry: OutboxEntry = { ...rest, type: type as OutboxEntry["type"], whole: whole === true, place };
				if (type === "gap") this.#gaps = [...this.#gaps.filter(({ seq }) => seq !== entry.seq), entry];
				else this.#entries.set(note.id, entry);
				return;
			}
			case "number": {
				for (const [i, id] of note.ids.entries()) {
					const seq = note.seq + i;
					const entry = id === 0 && note.gap ? { ...gapEntry(note.gap), place } : this.#entries.get(id);
					if (id === 0 && entry) this.#gaps.push(entry);
					if (entry) Object.assign(entry, { seq, skewMs: note.skewMs });
					found.seq = seq;
				}
				if (note.gap) delete found.dropped;
				return;
			}
			case "position":
				found.position = note.position;
				return;
			case "drop": {
				found.dropped = note.dropped;
				found.gaps = note.gaps;
				for (const [id, entry] of this.#entries) {
					if (entry.seq === undefined && id <= note.through && note.lanes.includes(laneOf(entry))) this.#entries.delete(id);
				}
				return;
			}
			case "run":
				found.epoch = note.epoch;
				return;
			case "epoch": {
				found.epoch = note.epoch;
				found.seq = 0;
				this.#gaps = [];
				for (const [id, entry] of this.#entries) {
					if (outlives(entry) && (entry.seq ?? Number.POSITIVE_INFINITY) > note.acked) delete entry.seq;
					else this.#entries.delete(id);
				}
			}
		}
	}
}
