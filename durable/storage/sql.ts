/** The interface to a SQLite database. The host provides it; the core keeps all SQL and all policy. */
import { NewerVersion } from "./storage-fault.ts";

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

/**
 * Which tables a database has, and the steps that made them. A part is a set of tables that come and go together. Its steps run in order, once
 * each; opening a part runs those that are missing before anything of it is read.
 *
 * A release may be followed by its predecessor (a rollback): a database that has steps this release does not know is opened where each of
 * them says that this release can work with it. So a step adds first, and a later release removes.
 */
export interface Step {
	/** Its purpose in a word or two. A released step is never changed. */
	id: string;
	run: readonly string[];
	/** A release that knows so many steps of the part can read and write the tables this one leaves. Absent: it must know this step. */
	oldest?: number;
}

export interface Part {
	name: string;
	tables: readonly string[];
	steps: readonly Step[];
}

export const SCHEMA_SQL = {
	exists: "SELECT 1 AS yes FROM sqlite_schema WHERE type = 'table' AND name = 'schema_step'",
	create: `CREATE TABLE schema_step (part TEXT NOT NULL, step INTEGER NOT NULL, id TEXT NOT NULL, oldest INTEGER NOT NULL,
		PRIMARY KEY (part, step)) WITHOUT ROWID`,
	steps: "SELECT id, oldest FROM schema_step WHERE part = ? ORDER BY step",
	add: "INSERT INTO schema_step (part, step, id, oldest) VALUES (?, ?, ?, ?)",
	parts: "SELECT DISTINCT part FROM schema_step",
	forget: "DELETE FROM schema_step WHERE part = ?",
	tables: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*'",
} as const;

/** To be called before the part is read. @returns whether its tables are there. @throws NewerVersion */
export function openPart(sql: Sql, part: Part): boolean {
	const done = stepsDone(sql, part);
	if (done === 0) return false;
	if (done < part.steps.length) sql.transaction(() => runSteps(sql, part, done));
	return true;
}

/** Makes the part's tables where they are missing, inside the caller's transaction. @throws NewerVersion */
export function createPart(sql: Sql, part: Part): void {
	const done = stepsDone(sql, part);
	if (done < part.steps.length) runSteps(sql, part, done);
}

/** Drops all tables but those of these parts, together or not at all. */
export function dropParts(sql: Sql, keep: readonly Part[]): void {
	const retained = new Set(["schema_step", ...keep.flatMap(({ tables }) => tables)]);
	sql.transaction(() => {
		for (const { name } of sql.all<{ name: string }>(SCHEMA_SQL.tables)) if (!retained.has(name)) sql.run(`DROP TABLE "${name}"`);
		for (const { part } of sql.all<{ part: string }>(SCHEMA_SQL.parts)) {
			if (!keep.some(({ name }) => name === part)) sql.run(SCHEMA_SQL.forget, part);
		}
	});
}

/** @returns steps that have been run, also those that this release does not know. @throws NewerVersion where it cannot work with them. */
export function stepsDone(sql: Pick<Sql, "all">, { name, steps }: Part): number {
	if (sql.all(SCHEMA_SQL.exists).length === 0) return 0;
	const done = sql.all<{ id: string; oldest: number }>(SCHEMA_SQL.steps, name);
	const oldest = Math.max(0, ...done.slice(steps.length).map((step) => step.oldest));
	if (oldest > steps.length) throw new NewerVersion(`its ${name}`, done.length, steps.length);
	const other = done.findIndex(({ id }, i) => i < steps.length && id !== steps[i]?.id);
	if (other >= 0) {
		throw new Error(`its ${name} is of another line of releases: step ${other + 1} is "${done[other]?.id}", not "${steps[other]?.id}"`);
	}
	return done.length;
}

function runSteps(sql: Sql, { name, steps }: Part, done: number): void {
	if (sql.all(SCHEMA_SQL.exists).length === 0) sql.run(SCHEMA_SQL.create);
	for (const [i, { id, run, oldest = i + 1 }] of steps.entries()) {
		if (i < done) continue;
		for (const statement of run) sql.run(statement);
		sql.run(SCHEMA_SQL.add, name, i + 1, id, oldest);
	}
}
