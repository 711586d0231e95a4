/** A dashboard's database, read beside the dashboard without leaving a trace. */
import { existsSync, rmSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { DatabaseSync } from "../../../colony-bridge/sqlite.ts";

/** Files that SQLite keeps beside a database. */
const BESIDE = ["-wal", "-shm"];

/** @throws SQLite's error, also where a dashboard that runs holds the file. */
export function readDatabase<T>(path: string, read: (database: DatabaseSync) => T): T {
	const made = BESIDE.map((end) => path + end).filter((file) => !existsSync(file));
	let database: DatabaseSync | undefined;
	try {
		database = openToRead(path);
		return read(database);
	} finally {
		database?.close();
		// They would belong to whoever looks, and a dashboard of another user could not open its database any more. It holds the index in memory.
		for (const file of made) rmSync(file, { force: true });
	}
}

/** A dashboard that runs, or was killed, has a write-ahead log there: only without one the file is all there is, and needs no lock. */
function openToRead(path: string): DatabaseSync {
	const asItIs = { readOnly: true };
	if (existsSync(`${path}-wal`)) return new DatabaseSync(path, asItIs);
	const address = pathToFileURL(path);
	address.search = "immutable=1";
	try {
		return new DatabaseSync(address, asItIs);
	} catch (error) {
		// Node before 22.15 takes no address.
		if ((error as NodeJS.ErrnoException).code !== "ERR_INVALID_ARG_TYPE") throw error;
		return new DatabaseSync(path, asItIs);
	}
}
