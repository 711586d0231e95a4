/** Tables of the audit. They are made by the first write: whoever only asks leaves no storage behind. */
import type { Sql } from "../sql.ts";
import { NewerVersion } from "../storage-fault.ts";

/**
 * Append only: step i takes a database from version i to i + 1, and is never edited once released.
 *
 * - `audit`: an entry a row, numbered in order of time, never changed.
 * - `audit_result`: what became of a command; `part` is `entry * 8 + i`, the i-th thing known of it.
 */
const STEPS: readonly string[][] = [
	[
		`CREATE TABLE audit (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, via TEXT NOT NULL,
			address TEXT NOT NULL, action TEXT NOT NULL, target TEXT, result TEXT NOT NULL, detail TEXT, count INTEGER NOT NULL, command TEXT)`,
		"CREATE TABLE audit_result (part INTEGER PRIMARY KEY, at INTEGER NOT NULL, result TEXT NOT NULL, detail TEXT)",
	],
];

export const RESULTS = 8;
export const AUDIT_TABLES = ["audit_schema", "audit", "audit_result"];

const EXISTS = "SELECT 1 AS yes FROM sqlite_schema WHERE type = 'table' AND name = 'audit_schema'";

/** @returns whether anything was ever written here. */
export function auditExists(sql: Sql): boolean {
	return sql.all(EXISTS).length > 0;
}

/** Brings the tables to this version, inside the caller's transaction. @throws where a newer version wrote them. */
export function migrateAudit(sql: Sql): void {
	const exists = auditExists(sql);
	const version = exists ? Number(sql.all("SELECT version FROM audit_schema WHERE id = 0")[0]?.version ?? 0) : 0;
	if (version > STEPS.length) {
		throw new NewerVersion("its audit", version, STEPS.length);
	}
	if (exists && version === STEPS.length) return;
	if (!exists) sql.run("CREATE TABLE audit_schema (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)");
	for (const step of STEPS.slice(version)) for (const statement of step) sql.run(statement);
	sql.run("INSERT INTO audit_schema (id, version) VALUES (0, ?) ON CONFLICT (id) DO UPDATE SET version = excluded.version", STEPS.length);
}
