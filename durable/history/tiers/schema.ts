import type { Part } from "../../storage/schema.ts";

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
			],
		},
	],
};
