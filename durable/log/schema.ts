/** Tables of the log. They are made by the first write: reading a cluster nobody ever pushed to leaves no storage behind. */
import type { Sql } from "../sql.ts";
import { NewerVersion } from "../storage-fault.ts";

/**
 * Append only: step i takes a database from version i to i + 1, and is never edited once released.
 *
 * - `log`: one entry a row, in a ring of slots; `chars` counts the lap's text up to here.
 * - `log_lap`: where each lap of the ring begins: position `first` lies in slot `base`.
 * - `keyframe`: the state at a position as JSON, cut into parts; `part` is `position * 64 + i`.
 */
const STEPS: readonly string[][] = [
	[
		"CREATE TABLE log (slot INTEGER PRIMARY KEY, position INTEGER NOT NULL, chars INTEGER NOT NULL, entry TEXT NOT NULL)",
		"CREATE TABLE log_lap (first INTEGER PRIMARY KEY, base INTEGER NOT NULL)",
		"CREATE TABLE keyframe (part INTEGER PRIMARY KEY, body BLOB NOT NULL)",
	],
];

export const SCHEMA_SQL = {
	exists: "SELECT 1 AS yes FROM sqlite_schema WHERE type = 'table' AND name = 'log_schema'",
	create: "CREATE TABLE log_schema (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)",
	version: "SELECT version FROM log_schema WHERE id = 0",
	setVersion: "INSERT INTO log_schema (id, version) VALUES (0, ?) ON CONFLICT (id) DO UPDATE SET version = excluded.version",
} as const;

/** @returns whether anything was ever written here. */
export function logExists(sql: Sql): boolean {
	return sql.all(SCHEMA_SQL.exists).length > 0;
}

/** @returns the version of the tables; 0: there are none. @throws NewerVersion before anything of it is read. */
export function logVersion(sql: Sql): number {
	const version = logExists(sql) ? Number(sql.all(SCHEMA_SQL.version)[0]?.version ?? 0) : 0;
	if (version > STEPS.length) throw new NewerVersion("its log", version, STEPS.length);
	return version;
}

/** Brings the tables to this version, inside the caller's transaction. @throws where a newer version wrote them. */
export function migrateLog(sql: Sql): void {
	const exists = logExists(sql);
	const version = logVersion(sql);
	if (exists && version === STEPS.length) return;
	if (!exists) sql.run(SCHEMA_SQL.create);
	for (const step of STEPS.slice(version)) for (const statement of step) sql.run(statement);
	sql.run(SCHEMA_SQL.setVersion, STEPS.length);
}
