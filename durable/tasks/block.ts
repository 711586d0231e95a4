/** Completed tasks in order of their numbers, to be searched by columns and read one by one: a block, or those that are not in a full one yet. */
import { ByteReader, ByteWriter } from "../../colony-bridge/protocol/query/codec/bytes.ts";
import { readIntegers, writeIntegers } from "../../colony-bridge/protocol/query/codec/integers.ts";
import { Dictionary, readIds, readList, writeIds, writeList } from "../../colony-bridge/protocol/query/codec/texts.ts";
import {
	attemptOf,
	BAR_STATUSES,
	barsOf,
	decodeBars,
	encodeBars,
	QUEUED,
	startOf,
	type TaskBars,
} from "../../colony-bridge/protocol/query/task-bars.ts";
import type { TaskEnd } from "../../colony-bridge/protocol/wire/state.ts";
import { createPart, openPart, type Part, type Sql } from "../storage/sql.ts";
import { requireFormat } from "../storage/storage-fault.ts";

export interface NumberedEnd {
	/** Its place among all ends the cluster ever learnt of, from 1. */
	readonly number: number;
	readonly end: TaskEnd;
}

export interface Segment {
	/** Nothing is added to it any more. */
	readonly full: boolean;
	readonly bars: TaskBars;
	/** The colony's own id of a task. */
	id(i: number): string;
	parent(i: number): string | undefined;
	error(i: number): TaskEnd["error"];
	end(i: number): TaskEnd;
}

/** Completed tasks in memory. */
export class Loose implements Segment {
	readonly full = false;
	readonly #ends: readonly NumberedEnd[];
	#bars: TaskBars | undefined;

	constructor(ends: readonly NumberedEnd[]) {
		this.#ends = ends;
	}

	get bars(): TaskBars {
		this.#bars ??= barsOf(this.#ends.map(({ number, end }) => ({ ...end, number })));
		return this.#bars;
	}

	id(i: number): string {
		return this.end(i).id;
	}
	parent(i: number): string | undefined {
		return this.end(i).parent;
	}
	error(i: number): TaskEnd["error"] {
		return this.end(i).error;
	}
	end(i: number): TaskEnd {
		return (this.#ends[i] as NumberedEnd).end;
	}
}

/**
 * Thousands of ends as the bytes of one row: format, the length of the bars and the bars (`protocol/task-bars.ts`, what a task stream is
 * sent as it lies here), then what only single tasks are asked for: ids, parents, errors. Both halves are read when they are needed.
 */
const FORMAT = 1;

export function encodeBlock(ends: readonly NumberedEnd[]): Uint8Array {
	const out = new ByteWriter();
	const bars = encodeBars(barsOf(ends.map(({ number, end }) => ({ ...end, number }))));
	out.byte(FORMAT);
	out.varint(bars.length);
	out.append(bars);
	writeIds(
		ends.map(({ end }) => end.id),
		out,
	);
	const [parents, errors, stacks] = [new Dictionary(), new Dictionary(), new Dictionary()];
	const columns = [parents, errors].map(() => new Float64Array(ends.length));
	for (const [i, { end }] of ends.entries()) {
		(columns[0] as Float64Array)[i] = parents.place(end.parent);
		(columns[1] as Float64Array)[i] = errors.place(end.error && errorText(end.error, stacks));
	}
	for (const texts of [parents.texts, errors.texts, stacks.texts]) writeList(texts, out);
	for (const column of columns) writeIntegers(column, ends.length, out);
	return out.take();
}

/** Errors with the same stack often differ in a word: each stack is written once. */
function errorText({ type, message, stack }: NonNullable<TaskEnd["error"]>, stacks: Dictionary): string {
	return JSON.stringify([type ?? null, message, stacks.place(stack)]);
}

interface Details {
	ids: string[];
	parents: string[];
	errors: NonNullable<TaskEnd["error"]>[];
	parent: Float64Array;
	error: Float64Array;
}

export class Block implements Segment {
	readonly full = true;
	readonly #ends: number;
	readonly #bytes: Uint8Array;
	#bars: TaskBars | undefined;
	#details: Details | undefined;

	/** @throws NewerVersion */
	constructor(bytes: Uint8Array, ends: number) {
		requireFormat("a block of completed tasks", bytes[0], FORMAT);
		this.#bytes = bytes;
		this.#ends = ends;
	}

	/** The bars as they go to a task stream. */
	get barBytes(): Uint8Array {
		const from = new ByteReader(this.#bytes, 1);
		return from.take(from.varint());
	}

	get bars(): TaskBars {
		this.#bars ??= decodeBars(new ByteReader(this.barBytes));
		return this.#bars;
	}

	/** Approximate bytes in memory once all of it has been read. */
	get weight(): number {
		return this.#bytes.length * 6 + this.#ends * 120;
	}

	id(i: number): string {
		return this.#read().ids[i] as string;
	}
	parent(i: number): string | undefined {
		const { parent, parents } = this.#read();
		return parents[(parent[i] as number) - 1];
	}
	error(i: number): TaskEnd["error"] {
		const { error, errors } = this.#read();
		return errors[(error[i] as number) - 1];
	}

	end(i: number): TaskEnd {
		const { bars } = this;
		const place = (column: Float64Array, texts: string[]) => texts[(column[i] as number) - 1];
		const endedAt = bars.ended[i] as number;
		const startedAt = startOf(bars, i);
		const [kind, worker, attempt] = [place(bars.kind, bars.kinds), place(bars.worker, bars.workers), attemptOf(bars, i)];
		const [parent, error] = [this.parent(i), this.error(i)];
		return {
			id: this.id(i),
			name: place(bars.name, bars.names) as string,
			...(kind !== undefined && { kind }),
			status: BAR_STATUSES[bars.status[i] as number] as TaskEnd["status"],
			...(worker !== undefined && { worker }),
			...(attempt !== undefined && { attempt }),
			...(parent !== undefined && { parent }),
			...((bars.present[i] as number) & QUEUED && { queuedAt: (startedAt ?? endedAt) - (bars.wait[i] as number) }),
			...(startedAt !== undefined && { startedAt }),
			endedAt,
			...(error && { error }),
		};
	}

	#read(): Details {
		if (this.#details) return this.#details;
		const from = new ByteReader(this.#bytes, 1);
		from.take(from.varint());
		const { count } = this.bars;
		const ids = readIds(from, count);
		const [parents, errorTexts, stacks] = [readList(from), readList(from), readList(from)];
		const [parent, error] = [new Float64Array(count), new Float64Array(count)];
		for (const column of [parent, error]) readIntegers(from, count, column);
		const errors = errorTexts.map((text) => {
			const [type, message, stack] = JSON.parse(text) as [string | null, string, number];
			return { ...(type !== null && { type }), message, ...(stack > 0 && { stack: stacks[stack - 1] as string }) };
		});
		this.#details = { ids, parents, errors, parent, error };
		return this.#details;
	}
}

/**
 * Blocks of ends as rows, in slots that are used again: the row of what is no longer kept is written over by the next block, which is one row
 * written where an insert and a delete are two. A row says itself which ends it holds, so no second index is needed.
 */
const COLUMNS = `(slot INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL,
	count INTEGER NOT NULL, full INTEGER NOT NULL, bytes INTEGER NOT NULL, began INTEGER NOT NULL, ended INTEGER NOT NULL, block BLOB NOT NULL)`;

export const TASKS: Part = {
	name: "tasks",
	tables: ["task_block", "task_failure_block"],
	steps: [{ id: "blocks", run: [`CREATE TABLE task_block ${COLUMNS}`, `CREATE TABLE task_failure_block ${COLUMNS}`] }],
};

const statements = (table: string) => ({
	list: `SELECT slot, first, last, count, full, bytes, began, ended FROM ${table}`,
	read: `SELECT block FROM ${table} WHERE slot = ?`,
	put: `INSERT INTO ${table} (slot, first, last, count, full, bytes, began, ended, block) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (slot) DO UPDATE SET first = excluded.first, last = excluded.last, count = excluded.count, full = excluded.full,
			bytes = excluded.bytes, began = excluded.began, ended = excluded.ended, block = excluded.block`,
});

/** Constant texts a table: hosts cache statements by them. */
export const TASK_SQL = { task_block: statements("task_block"), task_failure_block: statements("task_failure_block") };
export type TableName = keyof typeof TASK_SQL;

/** A block without its bytes. */
export interface BlockRow {
	slot: number;
	/** Numbers of its first and last end. */
	first: number;
	last: number;
	count: number;
	/** 1: nothing is added to it any more. */
	full: number;
	/** Length of the block. */
	bytes: number;
	/** Earliest start and latest end, ms. */
	began: number;
	ended: number;
}

export class BlockRows {
	readonly #sql: Sql;
	readonly #text: ReturnType<typeof statements>;
	#exists: boolean;

	constructor(sql: Sql, table: TableName) {
		this.#sql = sql;
		this.#text = TASK_SQL[table];
		this.#exists = openPart(sql, TASKS);
	}

	/** In order of their ends. */
	list(): BlockRow[] {
		if (!this.#exists) return [];
		return this.#sql.all<{ [Field in keyof BlockRow]: number }>(this.#text.list).sort((a, b) => a.first - b.first);
	}

	/** @throws where the row is gone. */
	read(slot: number): Uint8Array {
		const block = this.#sql.all<{ block: Uint8Array }>(this.#text.read, slot)[0]?.block;
		if (!block) throw new Error(`the block of completed tasks in slot ${slot} is missing`);
		return new Uint8Array(block);
	}

	/** Inside a transaction. */
	put({ slot, first, last, count, full, bytes, began, ended }: BlockRow, block: Uint8Array): void {
		if (!this.#exists) createPart(this.#sql, TASKS);
		this.#exists = true;
		this.#sql.run(this.#text.put, slot, first, last, count, full, bytes, began, ended, block);
	}
}
