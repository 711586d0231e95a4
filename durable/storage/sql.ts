/** The interface to a SQLite database. The host provides it; the core keeps all SQL and all policy. */

export type SqlValue = string | number | null | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

export interface Sql {
	/**
	 * Runs one statement with `?` parameters (100 at most) and returns its rows. Text must be constant: hosts cache statements by it.
	 * @throws the database's own error; nothing was changed then.
	 */
	all<Row extends SqlRow = SqlRow>(text: string, ...params: SqlValue[]): Row[];
	/** Runs one statement for its effect. */
	run(text: string, ...params: SqlValue[]): void;
	/** Everything inside commits together, or nothing does where `work` throws. Never asynchronous, never nested. */
	transaction<T>(work: () => T): T;
	/** Rows written since this handle was opened, as the host counts them: what Cloudflare bills. */
	readonly rowsWritten: number;
	/** Bytes on disk. */
	readonly databaseBytes: number;
}
