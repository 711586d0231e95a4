/**
 * Blocks of ends as rows, in slots that are used again: the row of what is no longer kept is written over by the next block, which is one row
 * written where an insert and a delete are two. A row says itself which ends it holds, so no second index is needed.
 */
import { createPart, openPart, type Part } from "../storage/schema.ts";
import type { Sql } from "../storage/sql.ts";

const COLUMNS = `(slot INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL,
	ends INTEGER NOT NULL, full INTEGER NOT NULL, bytes INTEGER NOT NULL, began INTEGER NOT NULL, ended INTEGER NOT NULL, block BLOB NOT NULL)`;

export const TASKS: Part = {
	name: "tasks",
	tables: ["task_block", "task_failure_block"],
	steps: [{ id: "blocks", run: [`CREATE TABLE task_block ${COLUMNS}`, `CREATE TABLE task_failure_block ${COLUMNS}`] }],
};

const statements = (table: string) => ({
	list: `SELECT slot, first, last, ends, full, bytes, began, ended FROM ${table}`,
	read: `SELECT block FROM ${table} WHERE slot = ?`,
	put: `INSERT INTO ${table} (slot, first, last, ends, full, bytes, began, ended, block) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (slot) DO UPDATE SET first = excluded.first, last = excluded.last, ends = excluded.ends, full = excluded.full,
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
	ends: number;
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
		if (!block) throw new Error(`the block of ended tasks in slot ${slot} is gone`);
		return new Uint8Array(block);
	}

	/** Inside a transaction. */
	put({ slot, first, last, ends, full, bytes, began, ended }: BlockRow, block: Uint8Array): void {
		if (!this.#exists) createPart(this.#sql, TASKS);
		this.#exists = true;
		this.#sql.run(this.#text.put, slot, first, last, ends, full, bytes, began, ended, block);
	}
}
