import type { Part, Sql } from "../../storage/sql.ts";
import { requireFormat } from "../../storage/storage-fault.ts";
import type { FlushedBlock } from "../blocks/block-rows.ts";
import type { Beginning } from "./head.ts";
import type { OutOfOrderState } from "./out-of-order.ts";

/** Each table is keyed by one packed integer; there is no second index. */
export const HISTORY: Part = {
	name: "history",
	tables: [
		"history_state",
		"history_series",
		"history_block_10m",
		"history_block_2h",
		"history_bucket_1m",
		"history_bucket_10m",
		"history_out_of_order",
		"history_head",
	],
	steps: [
		{
			id: "series and blocks",
			run: [
				"CREATE TABLE history_state (id INTEGER PRIMARY KEY, state TEXT NOT NULL)",
				"CREATE TABLE history_series (part INTEGER PRIMARY KEY, definitions TEXT NOT NULL)",
				"CREATE TABLE history_block_10m (key INTEGER PRIMARY KEY, block_index INTEGER NOT NULL, block BLOB NOT NULL)",
				"CREATE TABLE history_block_2h (key INTEGER PRIMARY KEY, block BLOB NOT NULL)",
				"CREATE TABLE history_bucket_1m (key INTEGER PRIMARY KEY, block BLOB NOT NULL)",
				"CREATE TABLE history_bucket_10m (key INTEGER PRIMARY KEY, block BLOB NOT NULL)",
				"CREATE TABLE history_out_of_order (key INTEGER PRIMARY KEY, block BLOB NOT NULL)",
				"CREATE TABLE history_head (part INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
			],
		},
	],
};

/** The few numbers a history needs to go on after a cold start: one row of JSON, with the format of the history's JSON rows. */
export interface State {
	/** Windows before this one are on disk. */
	flushedBefore: number;
	/** Spans before this one are compacted. */
	compactedBefore: number;
	/** Days before this one have their ten-minute buckets. */
	dailyBefore: number;
	/** Flushed 10-minute blocks that are not compacted. */
	blocks10m: FlushedBlock[];
	/** The start of the replay of each 10-minute block that is not on disk. */
	beginnings: Beginning[];
	/** Absent: there never was a out-of-order sample. */
	outOfOrder?: OutOfOrderState;
}

/** Format of this row and of those of `history_series`. */
const HISTORY_FORMAT = 1;

export const HISTORY_STATE_SQL = {
	read: "SELECT state FROM history_state WHERE id = 1",
	write: "INSERT INTO history_state (id, state) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state",
} as const;

/** @throws NewerVersion */
export function loadState(sql: Sql): State | undefined {
	const row = sql.all<{ state: string }>(HISTORY_STATE_SQL.read)[0];
	if (!row) return undefined;
	const { format, ...state } = JSON.parse(row.state) as State & { format: number };
	requireFormat("the state of the history", format, HISTORY_FORMAT);
	return state;
}

export function saveState(sql: Sql, state: State): void {
	sql.run(HISTORY_STATE_SQL.write, JSON.stringify({ format: HISTORY_FORMAT, ...state }));
}
