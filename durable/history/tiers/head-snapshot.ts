/**
 * The head on disk, as it was at a position of the log: a cold start reads it and replays what came since, instead of twenty minutes. It saves time
 * and nothing else. Where it is missing, damaged, of another version or older than what is flushed, the log has all of it.
 *
 * No push writes all of it. Chunks never change, so their pages are written once, some at a time. The tails are written in parts, one with a push:
 * the replay begins at the first part's position, and leaves out what a later part has already. The last record seals the set; until then the set
 * before it is the one that counts, so two take turns. Keys of `history_head`:
 *
 *     part of a set       (set * PARTS + part) * ROWS + row, the seal as its last part
 *     group of pages      (2 * PARTS + group) * ROWS + row
 */
import type { Sql } from "../../storage/sql.ts";
import type { ChunkPages, PagesHeld } from "../blocks/chunk-pages.ts";
import type { Head, StoredHead } from "./head.ts";
import { HEAD_SQL, type HeadRecord, readRecord, type StoredArray, writeRecord } from "./records.ts";

const ROWS = 64;
const PARTS = 4096;
const SEAL = PARTS - 1;
/** Pages in one record, and such records in one push. */
const PAGES_A_GROUP = 8;
const GROUPS_A_PUSH = 2;
/** A set is written with so many pushes, or fewer. */
const PUSHES = 5;

type SetNumber = 0 | 1;
const partKey = (set: SetNumber, part: number): number => (set * PARTS + part) * ROWS;
const groupKey = (group: number): number => (2 * PARTS + group) * ROWS;
const groupOf = (page: number): number => Math.floor(page / PAGES_A_GROUP);

export interface HeadSnapshot extends StoredHead {
	/** All samples up to this position of the log are in it. */
	position: number;
	/** Line of its pages: sets of one line continue each other. */
	line: number;
	set: SetNumber;
}

/** One under way. */
interface Unsealed {
	readonly position: number;
	readonly set: SetNumber;
	parts: number;
	/** The next slot. */
	slot: number;
}

export class HeadSnapshots {
	readonly #sql: Sql;
	readonly #head: Head;
	/** Slots in one part, at least. */
	readonly #slotsAPart: number;
	/** Number of the set that was sealed last. */
	#set: SetNumber = 1;
	#line: number | undefined;
	#unsealed: Unsealed | undefined;
	/** Groups of pages before this one are written. */
	#written = 0;

	constructor(sql: Sql, head: Head, slotsAPart: number) {
		this.#sql = sql;
		this.#head = head;
		this.#slotsAPart = slotsAPart;
	}

	/** The newest set that can be read. */
	read(): HeadSnapshot | undefined {
		const { flushedUntil } = this.#head;
		const seals = ([0, 1] as const).map((set) => ({ set, seal: readRecord(this.#sql, partKey(set, SEAL)) }));
		seals.sort((a, b) => Number(b.seal?.header.position ?? 0) - Number(a.seal?.header.position ?? 0));
		for (const { set, seal } of seals) {
			const snapshot = seal && readSet(this.#sql, set, seal, flushedUntil);
			if (snapshot) return snapshot;
		}
		return undefined;
	}

	/** The head was restored from this one: what is written next continues it. */
	goOn({ line, set, pages }: HeadSnapshot): void {
		this.#line = line;
		this.#set = set;
		this.#written = groupOf(pages.first + pages.newest.length - 1);
	}

	get underWay(): boolean {
		return this.#unsealed !== undefined;
	}

	/** Inside a transaction. @param position of the push. @param more of the first part. */
	begin(position: number, more: Record<string, StoredArray>): void {
		this.#line ??= position;
		this.#unsealed = { position, set: this.#set === 0 ? 1 : 0, parts: 0, slot: 0 };
		this.step(position, more);
	}

	/** Writes a part of the one that is under way, inside the transaction of a push. @param position of the push. */
	step(position: number, more: Record<string, StoredArray> = {}): void {
		const unsealed = this.#unsealed;
		if (!unsealed) return;
		const { end } = this.#head;
		if (unsealed.slot < end || unsealed.parts === 0) {
			const until = Math.min(end, unsealed.slot + Math.max(this.#slotsAPart, Math.ceil(end / PUSHES)));
			const header = unsealed.parts === 0 ? this.#head.header() : {};
			const record = {
				header: { ...header, of: unsealed.position, position },
				arrays: { ...this.#head.part(unsealed.slot, until), ...more },
			};
			writeRecord(this.#sql, partKey(unsealed.set, unsealed.parts++), record);
			unsealed.slot = until;
		}
		const { pages } = this.#head;
		for (let n = 0; n < GROUPS_A_PUSH && this.#written < groupOf(pages.last); n++) this.#writeGroup(this.#written, pages);
		if (unsealed.slot >= end && this.#written >= groupOf(pages.last)) this.#seal(unsealed, pages);
	}

	#seal({ position, set, parts }: Unsealed, pages: ChunkPages): void {
		// The last group has room yet, and is written again.
		this.#writeGroup(groupOf(pages.last), pages);
		this.#written--;
		const { first, filled, newest } = pages.held();
		const header = { position, parts, line: this.#line as number, first, filled, pages: newest };
		writeRecord(this.#sql, partKey(set, SEAL), { header, arrays: {} });
		this.#sql.run(HEAD_SQL.drop, partKey(set, parts), partKey(set, SEAL));
		this.#sql.run(HEAD_SQL.drop, groupKey(0), groupKey(groupOf(first)));
		this.#set = set;
		this.#unsealed = undefined;
	}

	#writeGroup(group: number, pages: ChunkPages): void {
		const arrays = pages.some(group * PAGES_A_GROUP, (group + 1) * PAGES_A_GROUP);
		writeRecord(this.#sql, groupKey(group), { header: { line: this.#line as number }, arrays });
		this.#written = group + 1;
	}
}

function readSet(sql: Sql, set: SetNumber, { header: seal }: HeadRecord, flushedUntil: number): HeadSnapshot | undefined {
	const {
		position,
		parts: count,
		line,
		filled,
	} = seal as Record<string, number> & Record<"position" | "parts" | "line" | "filled", number>;
	const pages = readPages(sql, line, seal, flushedUntil);
	if (!pages) return undefined;
	let header: HeadRecord["header"] = {};
	const parts: HeadSnapshot["parts"] = [];
	for (let part = 0; part < count; part++) {
		const record = readRecord(sql, partKey(set, part));
		if (!record || record.header.of !== position) return undefined;
		if (part === 0) header = record.header;
		parts.push({ position: record.header.position as number, arrays: record.arrays });
	}
	return { position, line, set, header, parts, pages: { ...pages, filled } };
}

/** @returns undefined where one is missing that has samples after that instant. */
function readPages(sql: Sql, line: number, header: HeadRecord["header"], flushedUntil: number): Omit<PagesHeld, "filled"> | undefined {
	const newest = header.pages as number[];
	let first = header.first as number;
	const bytes: Uint8Array[] = [];
	let group: { number: number; record: HeadRecord | undefined } | undefined;
	for (const [i, until] of newest.entries()) {
		const page = (header.first as number) + i;
		const number = groupOf(page);
		if (group?.number !== number) group = { number, record: readRecord(sql, groupKey(number)) };
		const found = group.record?.header.line === line ? group.record.arrays[page] : undefined;
		if (found) bytes.push(found as Uint8Array);
		else if (until > flushedUntil || bytes.length > 0) return undefined;
		else first = page + 1;
	}
	return { first, newest: newest.slice(newest.length - bytes.length), bytes };
}
