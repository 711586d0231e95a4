/**
 * Moments: states of the past that are kept, each a keyframe. While the entries after it can be read, a keyframe gives every state up to the
 * next one; later it gives its own. They get fewer with age: one in ten minutes for 30 days, one an hour for a year. Past a bound on their
 * bytes the oldest go first. The last one before a colony falls silent or stops stays for the whole year. Keyframes before the newest are compressed, a part with each entry of the log, so that no push waits for a whole one.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Sql } from "../storage/sql.ts";
import type { Work } from "../work/work.ts";
import { ClusterState, type StoredState } from "./cluster-state.ts";

export const PARTS = 64;
/** Characters of a part at most, so that a row holds it. */
export const PART_BYTES = 900_000;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Up to this age, ms, one moment is kept in so many ms. */
const KEPT = [
	{ age: 30 * DAY_MS, apart: 10 * MINUTE_MS },
	{ age: 365 * DAY_MS, apart: 60 * MINUTE_MS },
] as const;
/** Moments that go at a time, at most. */
const AT_ONCE = 32;
/** The fastest level of compression: states are texts that repeat, of which it leaves a tenth. */
const LEVEL = 1;
/** Units of reading a part, and of making a state of the whole. */
const PART_UNITS = 100_000;

export interface MomentBounds {
	/** Bytes of all of them, compressed. */
	bytes: number;
}
export const MOMENT_BOUNDS: MomentBounds = { bytes: 500_000_000 };

export const MOMENT_SQL = {
	list: "SELECT position, at, bytes, packed, last FROM moment ORDER BY position",
	add: "INSERT INTO moment (position, at, bytes, packed, last) VALUES (?, ?, ?, ?, ?)",
	packed: "UPDATE moment SET bytes = ?, packed = 1 WHERE position = ?",
	keep: "UPDATE moment SET last = 1 WHERE position = ?",
	drop: "DELETE FROM moment WHERE position = ?",
	read: "SELECT part, packed, body FROM keyframe WHERE part >= ? AND part < ? ORDER BY part",
	pack: "UPDATE keyframe SET packed = 1, body = ? WHERE part = ?",
	dropParts: "DELETE FROM keyframe WHERE part >= ? AND part < ?",
} as const;

export interface Moment {
	/** Position in the log. */
	position: number;
	/** ms. */
	at: number;
	/** Bytes of its keyframe. */
	bytes: number;
	/** 1: it is compressed. */
	packed: number;
	/** 1: a colony was heard for the last time before it. */
	last: number;
}

/** A keyframe that is being compressed: the part that is next, and the bytes of those before it. */
interface Packing {
	moment: Moment;
	part: number;
	bytes: number;
}

type MomentRow = Moment & Record<string, number>;
interface PartRow {
	[column: string]: number | Uint8Array;
	part: number;
	packed: number;
	body: Uint8Array;
}

export class Moments {
	readonly #sql: Sql;
	readonly #bounds: MomentBounds;
	/** Oldest first; undefined: not read yet. */
	#list: Moment[] | undefined;
	#packing: Packing | undefined;

	constructor(sql: Sql, bounds: Partial<MomentBounds> = {}) {
		this.#sql = sql;
		this.#bounds = { ...MOMENT_BOUNDS, ...bounds };
	}

	/** Oldest first. */
	get all(): readonly Moment[] {
		this.#list ??= this.#sql.all<MomentRow>(MOMENT_SQL.list);
		return this.#list;
	}

	/** Estimated resident bytes. */
	get bytes(): number {
		return (this.#list?.length ?? 0) * 64;
	}

	/** Newest that is not after a position. */
	notAfter(position: number): Moment | undefined {
		return this.all.findLast((moment) => moment.position <= position);
	}

	/** Newest of an instant or before it, ms. */
	at(at: number): Moment | undefined {
		return this.all.findLast((moment) => moment.at <= at);
	}

	/** Inside the transaction that writes its keyframe. @param oldest the first entry of the log that can be read: what comes after it is kept whole. */
	add(moment: Moment, oldest: number): void {
		const all = this.all as Moment[];
		this.#sql.run(MOMENT_SQL.add, moment.position, moment.at, moment.bytes, moment.packed, moment.last);
		all.push(moment);
		const surplus = surplusOf(all, oldest, moment.at, this.#bounds.bytes).slice(0, AT_ONCE);
		if (surplus.length === 0) return;
		for (const { position } of surplus) this.#drop(position);
		const gone = new Set(surplus);
		this.#list = all.filter((each) => !gone.has(each));
	}

	/** Inside a transaction: a colony was heard for the last time before this one. */
	keep(position: number): void {
		this.#sql.run(MOMENT_SQL.keep, position);
		const moment = this.all.findLast((each) => each.position === position);
		if (moment) moment.last = 1;
	}

	#drop(position: number): void {
		this.#sql.run(MOMENT_SQL.drop, position);
		this.#sql.run(MOMENT_SQL.dropParts, position * PARTS, (position + 1) * PARTS);
		if (this.#packing?.moment.position === position) this.#packing = undefined;
	}

	/** Inside a transaction: compresses one part of a keyframe that is not the newest, where one is left. */
	step(): void {
		this.#packing ??= this.#next();
		const packing = this.#packing;
		if (!packing) return;
		const { moment } = packing;
		const [row] = this.#sql.all<PartRow>(MOMENT_SQL.read, packing.part, packing.part + 1);
		if (row) {
			const body = row.packed ? row.body : deflated(row.body);
			if (!row.packed) this.#sql.run(MOMENT_SQL.pack, body, packing.part);
			packing.bytes += body.byteLength;
			packing.part++;
			return;
		}
		this.#sql.run(MOMENT_SQL.packed, packing.bytes, moment.position);
		moment.bytes = packing.bytes;
		moment.packed = 1;
		this.#packing = undefined;
	}

	/** The newest is read at a restart, and stays as it is. Where no keyframe was written since then, none has to be compressed. */
	#next(): Packing | undefined {
		const moment = this.#list?.slice(0, -1).find(({ packed }) => packed === 0);
		return moment && { moment, part: moment.position * PARTS, bytes: 0 };
	}

	/** The state at a moment. @throws where its keyframe cannot be read. */
	*state({ position }: Moment): Work<ClusterState> {
		const decoder = new TextDecoder();
		let json = "";
		for (let part = position * PARTS; ; part++) {
			const [row] = this.#sql.all<PartRow>(MOMENT_SQL.read, part, part + 1);
			if (!row) break;
			json += decoder.decode(bodyOf(row), { stream: true });
			yield PART_UNITS;
		}
		const stored = JSON.parse(json + decoder.decode()) as StoredState;
		yield PART_UNITS;
		return ClusterState.restore(stored);
	}
}

export const deflated = (bytes: Uint8Array): Uint8Array => deflateRawSync(bytes, { level: LEVEL });

/** A part's bytes, which may be compressed. */
export function bodyOf({ packed, body }: Pick<PartRow, "packed" | "body">): Uint8Array {
	return packed ? inflateRawSync(body, { maxOutputLength: 2 * PART_BYTES }) : body;
}

/** @returns moments that are to go, oldest first. */
function surplusOf(all: readonly Moment[], oldest: number, now: number, most: number): Moment[] {
	const surplus: Moment[] = [];
	let bytes = 0;
	for (const moment of all) bytes += moment.bytes;
	let place: number | undefined;
	for (const moment of all) {
		// From here on the log has what comes after each.
		if (moment.position >= oldest - 1) break;
		const kept = KEPT.find(({ age }) => now - moment.at <= age);
		const next = kept && Math.floor(moment.at / kept.apart);
		const isLast = moment.last === 1 && kept !== undefined;
		if (bytes > most || next === undefined || (next === place && !isLast)) {
			surplus.push(moment);
			bytes -= moment.bytes;
		} else place = next;
	}
	return surplus;
}
