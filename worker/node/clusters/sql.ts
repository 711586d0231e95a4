/** The cluster's SQLite on Node: `node:sqlite`, in one file, in a temporary one or in memory. */
import { closeSync, existsSync, fsyncSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { FileInUse, SqliteFile } from "../../../colony-bridge/sqlite.ts";
import { dropParts, type Part, type Sql, type SqlRow, type SqlValue } from "../../../durable/storage/sql.ts";
import { storageFault } from "../../../durable/storage/storage-fault.ts";

export const IN_MEMORY = ":memory:";
/** A file of SQLite's own in the system's temporary directory. It has no name, so it is gone when it is closed or the process ends, however it ends. */
export const TEMPORARY = "";

/**
 * @param path a file, `TEMPORARY` or `IN_MEMORY`. A file that does not exist is created by the first write only: reading a cluster nobody ever pushed
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
	#file: SqliteFile;
	/** False while the file does not exist: `#file` is then an empty database in memory. */
	#real: boolean;

	constructor(path: string) {
		this.#path = path;
		this.#real = !hasName(path) || existsSync(path);
		this.#file = openFile(this.#real ? path : IN_MEMORY);
	}

	all<Row extends SqlRow = SqlRow>(text: string, ...params: SqlValue[]): Row[] {
		return this.#file.all<Row>(text, ...params);
	}

	run(text: string, ...params: SqlValue[]): void {
		this.#create();
		this.#file.run(text, ...params);
	}

	transaction<T>(work: () => T): T {
		this.#create();
		return this.#file.transaction(work);
	}

	get rowsWritten(): number {
		return this.#number("SELECT total_changes() AS n");
	}

	get databaseBytes(): number {
		if (!this.#real) return 0;
		return this.#number("SELECT page_count * page_size AS n FROM pragma_page_count, pragma_page_size");
	}

	/** A kill at any point leaves all of it or nothing. */
	erase(keep: readonly Part[]): void {
		if (keep.length > 0) {
			// Dropped content is overwritten.
			this.run("PRAGMA secure_delete = ON");
			dropParts(this, keep);
			try {
				this.run("VACUUM");
			} catch {
				// The file stays as large as it was: its pages are used again.
			}
			return;
		}
		this.close();
		try {
			if (hasName(this.#path)) removeDatabase(this.#path);
		} finally {
			this.#real = !hasName(this.#path) || existsSync(this.#path);
			this.#file = openFile(this.#real ? this.#path : IN_MEMORY);
		}
	}

	close(): void {
		this.#file.close();
	}

	#number(text: string): number {
		return Number(this.#file.all(text)[0]?.n ?? 0);
	}

	#create(): void {
		if (this.#real) return;
		const file = openFile(this.#path);
		this.close();
		this.#file = file;
		this.#real = true;
	}
}

/** True for a file that is found again by its path. */
export const hasName = (path: string): boolean => path !== IN_MEMORY && path !== TEMPORARY;

/** @throws where a temporary file cannot be written, saying what to do. */
export function tryTemporary(): void {
	const file = openFile(TEMPORARY);
	try {
		// More than its page cache then holds, so that it goes to the disk.
		file.run("PRAGMA cache_size = 1");
		file.run("CREATE TABLE room AS SELECT zeroblob(131072) AS bytes");
	} catch (cause) {
		const words = "set TMPDIR to a directory that can be written, or give the option storage a directory";
		throw new Error(`storage: no temporary file can be written (${(cause as Error).message}): ${words}`, { cause });
	} finally {
		file.close();
	}
}

/** The database is gone once its main file is: SQLite takes no log of a file that is not there. */
function removeDatabase(path: string): void {
	rmSync(path, { force: true });
	if (process.platform !== "win32") {
		const directory = openSync(dirname(path), "r");
		try {
			fsyncSync(directory);
		} finally {
			closeSync(directory);
		}
	}
	for (const end of ["-wal", "-shm"]) rmSync(path + end, { force: true });
}

/** The cluster keeps its state in memory, so a second writer would be overwritten, not merged: the file is held alone. */
function openFile(path: string): SqliteFile {
	try {
		return new SqliteFile(path);
	} catch (cause) {
		if (!(cause instanceof FileInUse)) throw storageFault(`the database "${path}"`, cause, "read", "file");
		throw new Error(`cannot open the database "${path}": another process holds it: stop that one, or choose another file`, { cause });
	}
}
