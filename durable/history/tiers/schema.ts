/** The tables. Each is keyed by one packed integer; there is no second index. They appear at the first write: reading creates nothing. */
import type { Sql } from "../../storage/sql.ts";

const EXISTS = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'history_state'";
const TABLES = [
	"CREATE TABLE IF NOT EXISTS history_state (id INTEGER PRIMARY KEY, state TEXT NOT NULL)",
	"CREATE TABLE IF NOT EXISTS history_series (part INTEGER PRIMARY KEY, definitions TEXT NOT NULL)",
	"CREATE TABLE IF NOT EXISTS history_window (key INTEGER PRIMARY KEY, window INTEGER NOT NULL, block BLOB NOT NULL)",
	"CREATE TABLE IF NOT EXISTS history_span (key INTEGER PRIMARY KEY, block BLOB NOT NULL)",
	"CREATE TABLE IF NOT EXISTS history_minute (key INTEGER PRIMARY KEY, block BLOB NOT NULL)",
	"CREATE TABLE IF NOT EXISTS history_ten_minute (key INTEGER PRIMARY KEY, block BLOB NOT NULL)",
];
/** Only where a bridge ever was late: a table takes a page. */
const LATE = "CREATE TABLE IF NOT EXISTS history_late (key INTEGER PRIMARY KEY, block BLOB NOT NULL)";

export function tablesExist(sql: Sql): boolean {
	return sql.all(EXISTS).length > 0;
}

export function createTables(sql: Sql): void {
	for (const table of TABLES) sql.run(table);
}

export function createLateTable(sql: Sql): void {
	sql.run(LATE);
}
