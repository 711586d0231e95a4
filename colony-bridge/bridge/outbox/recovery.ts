/** Restores the spool of an earlier process. */
import { type Dropped, gapEntry, type OutboxEntry, outlives } from "./outbox-entry.ts";
import type { OpenRecord, SpoolRecord } from "./records.ts";
import { recordsIn } from "./segments.ts";
import { laneOf } from "./waiting.ts";

export interface Recovered {
	bridge: string;
	instance: string;
	epoch: number;
	started: number;
	/** Newest number assigned. */
	seq: number;
	lastId: number;
	/** Numbered frames up to `seq`, contiguous. */
	numbered: OutboxEntry[];
	/** Unnumbered frames, in the order they were put. */
	waiting: OutboxEntry[];
	dropped?: Dropped;
	gaps: OpenRecord["gaps"];
	position?: unknown;
	/** Bytes of incomplete records at the ends of segments, torn when the process died. */
	torn: number;
}

export class Recovery {
	#entries = new Map<number, OutboxEntry>();
	#gaps: OutboxEntry[] = [];
	#found: Omit<Recovered, "numbered" | "waiting"> | undefined;
	#torn = 0;

	/** Reads the next segment, oldest first. */
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
			const record = JSON.parse(payload.toString("utf8", 0, end)) as SpoolRecord;
			this.#take(record, { segment, offset: offset + end + 1, length: payload.length - end - 1 });
		}
	}

	/** @returns undefined for an empty spool. */
	found(): Recovered | undefined {
		if (!this.#found) return undefined;
		const all = [...this.#gaps, ...this.#entries.values()];
		const given = all.filter(({ seq }) => seq !== undefined).sort((a, b) => (a.seq as number) - (b.seq as number));
		// A segment is deleted once all its frames are acknowledged, so frames before a hole were acknowledged too.
		let from = given.length;
		for (let expected = this.#found.seq; from > 0 && given[from - 1]?.seq === expected; expected--) from -= 1;
		const waiting = [...this.#entries.values()].filter(({ seq }) => seq === undefined).sort((a, b) => a.id - b.id);
		return { ...this.#found, torn: this.#torn, numbered: given.slice(from), waiting };
	}

	#take(record: SpoolRecord, place: NonNullable<OutboxEntry["place"]>): void {
		if (record.k === "open") {
			const { bridge, instance, epoch, started, seq, id, dropped, gaps, position } = record;
			this.#found = { bridge, instance, epoch, started, seq, lastId: id, gaps, torn: 0, position, ...(dropped && { dropped }) };
			return;
		}
		const found = this.#found;
		if (!found) return;
		switch (record.k) {
			case "put": {
				const { k: _, whole, type, position, ...rest } = record;
				if (position !== undefined) found.position = position;
				found.lastId = Math.max(found.lastId, record.id);
				const entry: OutboxEntry = { ...rest, type: type as OutboxEntry["type"], whole: whole === true, place };
				if (type === "gap") this.#gaps = [...this.#gaps.filter(({ seq }) => seq !== entry.seq), entry];
				else this.#entries.set(record.id, entry);
				return;
			}
			case "number": {
				for (const [i, id] of record.ids.entries()) {
					const seq = record.seq + i;
					const entry = id === 0 && record.gap ? { ...gapEntry(record.gap), place } : this.#entries.get(id);
					if (id === 0 && entry) this.#gaps.push(entry);
					if (entry) Object.assign(entry, { seq, skewMs: record.skewMs });
					found.seq = seq;
				}
				if (record.gap) delete found.dropped;
				return;
			}
			case "position":
				found.position = record.position;
				return;
			case "drop": {
				found.dropped = record.dropped;
				found.gaps = record.gaps;
				for (const [id, entry] of this.#entries) {
					if (entry.seq === undefined && id <= record.through && record.lanes.includes(laneOf(entry))) this.#entries.delete(id);
				}
				return;
			}
			case "run":
				found.epoch = record.epoch;
				return;
			case "epoch": {
				found.epoch = record.epoch;
				found.seq = 0;
				this.#gaps = [];
				for (const [id, entry] of this.#entries) {
					if (outlives(entry) && (entry.seq ?? Number.POSITIVE_INFINITY) > record.acked) delete entry.seq;
					else this.#entries.delete(id);
				}
			}
		}
	}
}
