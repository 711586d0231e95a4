/** The cluster's SQLite on Node: `node:sqlite`, in memory or in one file. */
import { existsSync, rmSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "../../../colony-bridge/sqlite.ts";
import { dropParts, type Part } from "../../../durable/storage/schema.ts";
import type { Sql, SqlRow, SqlValue } from "../../../durable/storage/sql.ts";
import { storageFault } from "../../../durable/storage/storage-fault.ts";

/**
 * @param path a file, or ":memory:". A file that does not exist is created by the first write only: reading a cluster nobody ever pushed
 * to leaves nothing behind. Until then reads see an empty database. One process may hold a file at a time.
 * @throws where the file cannot be opened, is no SQLite database, or another process holds it.
 */
export function openNodeSql(path: string): NodeDatabase {
	return new NodeSql(path);
}

export interface NodeDatabase extends Sql {
	/** Everything goes but these parts; with none kept, the file itself. */
	erase(keep: readonly Part[]): void;
	close(): void;
}

class NodeSql implements NodeDatabase {
	readonly #path: string;
	#database: DatabaseSync;
	/** False while the file does not exist: `#database` is then an empty one in memory. */
	#real: boolean;
	#statements = new Map<string, StatementSync>();
	#inTransaction = false;

	constructor(path: string) {
		this.#path = path;
		this.#real = path === ":memory:" || existsSync(path);
		this.#database = this.#real ? openDatabase(path) : openDatabase(":memory:");
	}

	all<Row extends SqlRow = SqlRow>(text: string, ...params: SqlValue[]): Row[] {
		return this.#statement(text).all(...params) as Row[];
	}

	run(text: string, ...params: SqlValue[]): void {
		this.#create();
		this.#statement(text).run(...params);
	}

	transaction<T>(work: () => T): T {
		if (this.#inTransaction) throw new Error("transactions do not nest: put the work into the one that is open");
		this.#create();
		this.#statement("BEGIN IMMEDIATE").run();
		this.#inTransaction = true;
		try {
			const result = work();
			this.#statement("COMMIT").run();
			return result;
		} catch (error) {
			// Some faults (a full disk) have rolled it back already.
			if (this.#database.isTransaction) this.#statement("ROLLBACK").run();
			throw error;
		} finally {
			this.#inTransaction = false;
		}
	}

	get rowsWritten(): number {
		return this.#number("SELECT total_changes() AS n");
	}

	get databaseBytes(): number {
		if (!this.#real) return 0;
		return this.#number("SELECT page_count * page_size AS n FROM pragma_page_count, pragma_page_size");
	}

	erase(keep: readonly Part[]): void {
		this.#statements.clear();
		if (keep.length > 0) {
			dropParts(this, keep);
			this.run("VACUUM");
			return;
		}
		this.close();
		if (this.#path !== ":memory:") for (const end of ["", "-wal", "-shm"]) rmSync(this.#path + end, { force: true });
		this.#real = this.#path === ":memory:";
		this.#database = openDatabase(":memory:");
	}

	close(): void {
		this.#statements.clear();
		if (this.#database.isOpen) this.#database.close();
	}

	#number(text: string): number {
		return Number(this.#statement(text).get()?.n ?? 0);
	}

	#statement(text: string): StatementSync {
		let statement = this.#statements.get(text);
		if (!statement) {
			statement = this.#database.prepare(text);
			this.#statements.set(text, statement);
		}
		return statement;
	}

	#create(): void {
		if (this.#real) return;
		const database = openDatabase(this.#path);
		this.close();
		this.#database = database;
		this.#real = true;
	}
}

function openDatabase(path: string): DatabaseSync {
	if (path === ":memory:") return new DatabaseSync(path);
	let database: DatabaseSync | undefined;
	try {
		database = new DatabaseSync(path);
		// The cluster keeps its state in memory, so a second writer would be overwritten, not merged: hold the file alone.
		database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
		database.exec("BEGIN IMMEDIATE; COMMIT");
		return database;
	} catch (cause) {
		if (database?.isOpen) database.close();
		if (!/locked/.test(String(cause))) throw storageFault(`the database "${path}"`, cause);
		throw new Error(`cannot open the database "${path}": another process holds it: stop that one, or choose another file`, { cause });
	}
}
