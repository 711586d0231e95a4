/**
 * One process at a time. The lock is SQLite's, on an empty database: the system lets go of it when the process dies, however it dies, so there is
 * no stale lock to guess about, and it holds between containers that share the folder.
 */
import { DatabaseSync } from "../../sqlite.ts";

export interface Lock {
	release(): void;
}

/** @throws where another process, or another bridge of this one, has it. */
export function lock(path: string, directory: string): Lock {
	const database = new DatabaseSync(path);
	try {
		database.exec("BEGIN EXCLUSIVE");
	} catch (error) {
		database.close();
		if (!/locked|busy/i.test(String(error))) throw error;
		throw new Error(`the spool "${directory}" is in use by another bridge: give each bridge a spool directory of its own`);
	}
	return { release: () => database.close() };
}
