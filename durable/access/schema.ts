import { createPart, openPart, type Part, type Sql } from "../storage/sql.ts";

/** Keys are the rows' own, without a second index: a write is one row. */
export const ACCESS: Part = {
	name: "access",
	tables: ["access_key", "access_guess", "access_ended", "access_socket", "access_token", "access_cluster", "access_summary"],
	steps: [
		{
			id: "keys, guesses, sessions, tokens, clusters",
			run: [
				"CREATE TABLE access_key (id INTEGER PRIMARY KEY, secret TEXT NOT NULL)",
				"CREATE TABLE access_guess (subject TEXT PRIMARY KEY, count REAL NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
				"CREATE TABLE access_ended (session INTEGER PRIMARY KEY, until INTEGER NOT NULL)",
				"CREATE TABLE access_socket (credential TEXT PRIMARY KEY, clusters TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID",
				`CREATE TABLE access_token (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, role TEXT, cluster TEXT,
					created_at INTEGER NOT NULL, created_by TEXT NOT NULL, expires_at INTEGER, used_at INTEGER, incident TEXT)`,
				"CREATE TABLE access_cluster (name TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID",
				"CREATE TABLE access_summary (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID",
			],
		},
	],
};

export const ACCESS_SQL = {
	key: "SELECT secret FROM access_key WHERE id = 0",
	addKey: "INSERT INTO access_key (id, secret) VALUES (0, ?)",
	guesses: "SELECT count, at FROM access_guess WHERE subject = ?",
	guess: `INSERT INTO access_guess (subject, count, at) VALUES (?, ?, ?)
		ON CONFLICT (subject) DO UPDATE SET count = excluded.count, at = excluded.at`,
	countGuesses: "SELECT COUNT(*) AS n FROM access_guess",
	dropGuesses: "DELETE FROM access_guess WHERE subject IN (SELECT subject FROM access_guess ORDER BY at, count LIMIT ?)",
	ended: "SELECT 1 AS yes FROM access_ended WHERE session = ?",
	end: "INSERT OR REPLACE INTO access_ended (session, until) VALUES (?, ?)",
	dropEnded: "DELETE FROM access_ended WHERE until < ?",
	sockets: "SELECT clusters FROM access_socket WHERE credential = ?",
	addSocket: `INSERT INTO access_socket (credential, clusters, until) VALUES (?, ?, ?)
		ON CONFLICT (credential) DO UPDATE SET clusters = excluded.clusters, until = excluded.until`,
	dropSockets: "DELETE FROM access_socket WHERE credential = ?",
	dropPastSockets: "DELETE FROM access_socket WHERE until < ?",
	token: "SELECT * FROM access_token WHERE id = ?",
	tokens: "SELECT * FROM access_token ORDER BY created_at DESC, id",
	countTokens: "SELECT COUNT(*) AS n FROM access_token",
	addToken: `INSERT INTO access_token (id, hash, name, kind, role, cluster, created_at, created_by, expires_at, incident)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
	useToken: "UPDATE access_token SET used_at = ? WHERE id = ?",
	dropToken: "DELETE FROM access_token WHERE id = ?",
	cluster: "SELECT 1 AS yes FROM access_cluster WHERE name = ?",
	countClusters: "SELECT COUNT(*) AS n, SUM(since > ?) AS fresh FROM access_cluster",
	addCluster: "INSERT INTO access_cluster (name, since) VALUES (?, ?)",
	dropCluster: "DELETE FROM access_cluster WHERE name = ?",
	clusters: "SELECT name FROM access_cluster ORDER BY name",
	summaries: "SELECT name, body FROM access_summary",
	addSummary: "INSERT OR REPLACE INTO access_summary (name, body) VALUES (?, ?)",
	dropSummary: "DELETE FROM access_summary WHERE name = ?",
} as const;

/** A database whose tables may not be there yet: the first write makes them, so that a read creates no storage. */
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
