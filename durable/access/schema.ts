/** Tables of access. They are made by the first write: whoever only asks leaves no storage behind. */
import type { Sql } from "../storage/sql.ts";
import { NewerVersion } from "../storage/storage-fault.ts";

/**
 * Append only: step i takes a database from version i to i + 1, and is never edited once released. Keys are the rows' own, without a second
 * index: a write is one row.
 */
const STEPS: readonly string[][] = [
	[
		"CREATE TABLE access_key (id INTEGER PRIMARY KEY, secret TEXT NOT NULL)",
		"CREATE TABLE access_guess (subject TEXT PRIMARY KEY, count REAL NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
		"CREATE TABLE access_ended (session INTEGER PRIMARY KEY, until INTEGER NOT NULL)",
		"CREATE TABLE access_seat (grant_id TEXT PRIMARY KEY, clusters TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID",
		`CREATE TABLE access_token (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, role TEXT, cluster TEXT,
			created_at INTEGER NOT NULL, created_by TEXT NOT NULL, expires_at INTEGER, used_at INTEGER)`,
	],
	["CREATE TABLE access_cluster (name TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID"],
];

const EXISTS = "SELECT 1 AS yes FROM sqlite_schema WHERE type = 'table' AND name = 'access_schema'";

/** A database whose tables may not be there yet. */
export class AccessTables {
	readonly sql: Sql;
	#ready = false;

	constructor(sql: Sql) {
		this.sql = sql;
	}

	/** To be asked before any read. */
	get exist(): boolean {
		if (!this.#ready && this.sql.all(EXISTS).length > 0) this.sql.transaction(() => this.#migrate());
		return this.#ready;
	}

	/** Everything inside commits together, in tables that are there. */
	write<T>(work: () => T): T {
		const ready = this.#ready;
		try {
			return this.sql.transaction(() => {
				if (!ready) this.#migrate();
				return work();
			});
		} catch (error) {
			// The tables went with the transaction that made them.
			this.#ready = ready;
			throw error;
		}
	}

	/** @throws where a newer version wrote them. */
	#migrate(): void {
		const exists = this.sql.all(EXISTS).length > 0;
		const version = exists ? Number(this.sql.all("SELECT version FROM access_schema WHERE id = 0")[0]?.version ?? 0) : 0;
		if (version > STEPS.length) throw new NewerVersion("it", version, STEPS.length);
		if (!exists) this.sql.run("CREATE TABLE access_schema (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)");
		for (const step of STEPS.slice(version)) for (const statement of step) this.sql.run(statement);
		if (version < STEPS.length) {
			this.sql.run(
				"INSERT INTO access_schema (id, version) VALUES (0, ?) ON CONFLICT (id) DO UPDATE SET version = excluded.version",
				STEPS.length,
			);
		}
		this.#ready = true;
	}
}
