import { createPart, openPart, type Part } from "../storage/schema.ts";
import type { Sql } from "../storage/sql.ts";

/** Keys are the rows' own, without a second index: a write is one row. */
export const ACCESS: Part = {
	name: "access",
	tables: ["access_key", "access_guess", "access_ended", "access_seat", "access_token", "access_cluster"],
	steps: [
		{
			id: "keys, guesses, sessions, tokens, clusters",
			run: [
				"CREATE TABLE access_key (id INTEGER PRIMARY KEY, secret TEXT NOT NULL)",
				"CREATE TABLE access_guess (subject TEXT PRIMARY KEY, count REAL NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
				"CREATE TABLE access_ended (session INTEGER PRIMARY KEY, until INTEGER NOT NULL)",
				"CREATE TABLE access_seat (grant_id TEXT PRIMARY KEY, clusters TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID",
				`CREATE TABLE access_token (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, role TEXT, cluster TEXT,
					created_at INTEGER NOT NULL, created_by TEXT NOT NULL, expires_at INTEGER, used_at INTEGER)`,
				"CREATE TABLE access_cluster (name TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID",
			],
		},
	],
};

/** A database whose tables may not be there yet: the first write makes them, so that whoever only asks leaves no storage behind. */
export class AccessTables {
	readonly sql: Sql;
	#ready = false;

	constructor(sql: Sql) {
		this.sql = sql;
	}

	/** To be asked before any read. */
	get exist(): boolean {
		this.#ready ||= openPart(this.sql, ACCESS);
		return this.#ready;
	}

	/** Everything inside commits together, in tables that are there. */
	write<T>(work: () => T): T {
		const result = this.sql.transaction(() => {
			if (!this.#ready) createPart(this.sql, ACCESS);
			return work();
		});
		this.#ready = true;
		return result;
	}
}
