/** SQLite files as every part keeps them: held by one process, written ahead. */
import { closeSync, fdatasync, openSync } from "node:fs";
import { createRequire } from "node:module";
import type * as sqlite from "node:sqlite";
import { olderNode } from "./node-version.ts";

type Value = string | number | null | Uint8Array;
type Row = Record<string, Value>;

/** Runs statements. Texts must be constant: statements are cached by them. */
export interface Statements {
	all<R extends Row = Row>(text: string, ...params: Value[]): R[];
	run(text: string, ...params: Value[]): void;
}

// Required here, because an import would fail on an older Node before it could say what is needed.
const needed = olderNode();
if (needed !== undefined) throw new Error(needed);
export const { DatabaseSync } = withoutExperimentalWarning(() => createRequire(import.meta.url)("node:sqlite") as typeof sqlite);
export type DatabaseSync = sqlite.DatabaseSync;

/** Older Nodes warn on standard error when they load their SQLite. A user can do nothing about it. */
export function withoutExperimentalWarning<T>(load: () => T): T {
	const { emitWarning } = process;
	process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
		const [type] = rest;
		const name = typeof type === "object" && type !== null && "type" in type ? type.type : type;
		if (name !== "ExperimentalWarning") Reflect.apply(emitWarning, process, [warning, ...rest]);
	};
	try {
		return load();
	} finally {
		process.emitWarning = emitWarning;
	}
}

/** Another process, or another handle of this one, holds the file. */
export class FileInUse extends Error {
	override readonly name = "FileInUse";
}

export function isDamage(error: unknown): boolean {
	return /malformed|not a database|file is encrypted/.test(String(error));
}

interface FileOptions {
	/**
	 * True, the default: a commit has reached the disk when it returns, as it must where it is acknowledged. False: a commit waits for no disk;
	 * it outlives the process at once, and a loss of power after a second, because a thread syncs it then.
	 */
	syncs?: boolean;
}

/** Time from a commit to its sync where commits do not sync, ms. */
const SYNC_MS = 1_000;

export class SqliteFile implements Statements {
	readonly #database: sqlite.DatabaseSync;
	readonly #statements = new Map<string, sqlite.StatementSync>();
	/** Holds the commits that are not synced. */
	readonly #log: string | undefined;
	#syncing: NodeJS.Timeout | undefined;
	#inTransaction = false;
	#open = true;

	/**
	 * Locks the file until this process ends, however it ends.
	 * @param path a file, created if missing; ":memory:"; or "", a temporary file that SQLite unlinks as it opens it, or deletes on close.
	 * @throws FileInUse; SQLite's error if the file cannot be opened or is no database.
	 */
	constructor(path: string, { syncs = true }: FileOptions = {}) {
		this.#database = new DatabaseSync(path);
		if (path === ":memory:" || path === "") return;
		try {
			this.#database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${syncs ? "FULL" : "NORMAL"}`);
			this.#database.exec("BEGIN IMMEDIATE; COMMIT");
		} catch (cause) {
			this.close();
			throw /locked|busy/i.test(String(cause)) ? new FileInUse(`"${path}" is in use`, { cause }) : cause;
		}
		if (!syncs) this.#log = `${path}-wal`;
	}

	all<R extends Row = Row>(text: string, ...params: Value[]): R[] {
		return this.#statement(text).all(...params) as R[];
	}

	run(text: string, ...params: Value[]): void {
		this.#statement(text).run(...params);
	}

	/** Everything inside commits together, or nothing does where `work` throws. */
	transaction<T>(work: () => T): T {
		if (this.#inTransaction) throw new Error("transactions do not nest: put the work into the one that is open");
		this.run("BEGIN IMMEDIATE");
		this.#inTransaction = true;
		try {
			const result = work();
			this.run("COMMIT");
			this.#syncSoon();
			return result;
		} catch (error) {
			this.#rollBack();
			throw error;
		} finally {
			this.#inTransaction = false;
		}
	}

	close(): void {
		clearTimeout(this.#syncing);
		this.#statements.clear();
		if (this.#open) this.#database.close();
		this.#open = false;
	}

	#syncSoon(): void {
		const log = this.#log;
		if (log === undefined) return;
		this.#syncing ??= setTimeout(() => {
			this.#syncing = undefined;
			try {
				const descriptor = openSync(log, "r+");
				fdatasync(descriptor, () => closeSync(descriptor));
			} catch {
				// A disk that cannot sync fails the next checkpoint too, which is reported.
			}
		}, SYNC_MS).unref();
	}

	/** Some faults (a full disk) have rolled it back already. Only Node 22.16 and newer would tell. */
	#rollBack(): void {
		try {
			this.run("ROLLBACK");
		} catch (error) {
			if (!/no transaction is active/.test(String(error))) throw error;
		}
	}

	#statement(text: string): sqlite.StatementSync {
		let statement = this.#statements.get(text);
		if (!statement) {
			statement = this.#database.prepare(text);
			this.#statements.set(text, statement);
		}
		return statement;
	}
}
