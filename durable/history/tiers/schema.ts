import type { Part } from "../../storage/schema.ts";

/** Each table is keyed by one packed integer; there is no second index. */
export const HISTORY: Part = {
	name: "history",
	tables: ["history_state", "history_series", "history_window", "history_span", "history_minute", "history_ten_minute", "history_late"],
	steps: [
		{
			id: "series and blocks",
			run: [
				"CREATE TABLE history_state (id INTEGER PRIMARY KEY, state TEXT NOT NULL)",
				"CREATE TABLE history_series (part INTEGER PRIMARY KEY, definitions TEXT NOT NULL)",
				"CREATE TABLE history_window (key INTEGER PRIMARY KEY, window INTEGER NOT NULL, block BLOB NOT NULL)",
				"CREATE TABLE history_span (key INTEGER PRIMARY KEY, block BLOB NOT NULL)",
				"CREATE TABLE history_minute (key INTEGER PRIMARY KEY, block BLOB NOT NULL)",
				"CREATE TABLE history_ten_minute (key INTEGER PRIMARY KEY, block BLOB NOT NULL)",
				"CREATE TABLE history_late (key INTEGER PRIMARY KEY, block BLOB NOT NULL)",
			],
		},
	],
};
