/**
 * A name that no other process of this host has: the wanted one, else `NAME-2`, `NAME-3`, … It is held by a lock in the temporary folder, which
 * ends with the process however that ends, so that a restarted process finds its name free.
 */
import { createHash } from "node:crypto";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "../sqlite.ts";

const MOST = 1_000;

/** Locks of this process. A database that nothing refers to is closed with the next garbage collection, and its lock goes. */
const locks = new Set<DatabaseSync>();

export interface OwnName {
	name: string;
	release(): void;
}

/** @param scope the dashboard and cluster in which the name must be unique. */
export function ownName(wanted: string, scope: string): OwnName {
	for (let number = 1; number <= MOST; number++) {
		const name = number === 1 ? wanted : `${wanted}-${number}`;
		const key = createHash("sha256").update(`${scope} ${name}`).digest("hex").slice(0, 16);
		const path = join(tmpdir(), `hiveframe-bridge-name-${userInfo().uid}-${key}.lock`);
		let lock: DatabaseSync | undefined;
		try {
			const held = new DatabaseSync(path);
			lock = held;
			held.exec("BEGIN EXCLUSIVE");
			locks.add(held);
			return { name, release: () => locks.delete(held) && held.close() };
		} catch (error) {
			lock?.close();
			// Without a lock, only the dashboard can distinguish two bridges of a name.
			if (!/locked|busy/i.test(String(error))) break;
		}
	}
	return { name: wanted, release: () => {} };
}
