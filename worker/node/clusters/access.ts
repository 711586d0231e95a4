/** Access in this process: in memory, or in a file of its own beside the clusters'. */
import { join } from "node:path";
import { Access } from "../../../durable/access/access.ts";
import { derive } from "../../../durable/access/key-derivation.ts";
import type { AccessPort } from "../../../durable/access/port.ts";
import { NewerVersion, StorageFault, storageFault } from "../../../durable/storage/storage-fault.ts";
import { Turns } from "../../../durable/work/turns.ts";
import { type NodeDatabase, openNodeSql } from "./sql.ts";

/** Node has four threads for cryptography: those who guess passwords get half of them, the sessions of all others the rest. */
const HASHED_AT_ONCE = 2;

export interface NodeAccess extends AccessPort {
	close(): void;
}

/** The same fault is told again after this, ms. */
const TOLD_MS = 60_000;

/**
 * Where its file cannot be read or written, whatever asks it fails with a `StorageFault`: nobody new is let in, nobody is let in unasked, and it
 * is tried again with the next question.
 * @param directory where the file is, made by the first thing worth keeping; undefined: in memory.
 */
export function openNodeAccess(directory?: string): NodeAccess {
	const path = directory === undefined ? ":memory:" : join(directory, "access.sqlite");
	const hashing = new Turns(HASHED_AT_ONCE);
	// Where nobody signs in, nothing is ever asked of it.
	let opened: { access: Access; sql: NodeDatabase } | undefined;
	let told = { words: "", at: 0 };
	/** What sessions are signed with in this process. */
	let key: string | undefined;
	const open = (): Access => {
		if (!opened) {
			const sql = openNodeSql(path);
			opened = { access: new Access(sql, () => Date.now()), sql };
			// Sessions that were signed out stand in the file that is gone, and are good by the key that is still here.
			if (key !== undefined && opened.access.signingKey() !== key)
				throw new StorageFault(`the database "${path}" is another one now: restart the dashboard`);
		}
		return opened.access;
	};
	const close = () => {
		opened?.sql.close();
		opened = undefined;
	};
	const ask = async <Answer>(question: (access: Access) => Answer): Promise<Answer> => {
		try {
			return question(open());
		} catch (cause) {
			if (!isOfStorage(cause)) throw cause;
			// A file that was mended or moved away is another one.
			if (path !== ":memory:") close();
			const words = storageFault(`the database "${path}"`, cause).message;
			if (words !== told.words || Date.now() - told.at > TOLD_MS) {
				told = { words, at: Date.now() };
				console.error(`sign-in and tokens do not work: ${words}`);
			}
			// Where the file is, is nothing for those who have not got in.
			throw new StorageFault("sign-in and tokens do not work now: the dashboard's log says which file is at fault, and what to do", {
				cause,
			});
		}
	};
	return {
		signingKey: () =>
			ask((access) => {
				key = access.signingKey();
				return key;
			}),
		attempt: (...given) => ask((access) => access.attempt(...given)),
		forgive: (...given) => ask((access) => access.forgive(...given)),
		hasEnded: (session) => ask((access) => access.hasEnded(session)),
		endSession: (...given) => ask((access) => access.endSession(...given)),
		seat: (...given) => ask((access) => access.seat(...given)),
		mint: (token) => ask((access) => access.mint(token)),
		tokens: () => ask((access) => access.tokens()),
		useToken: (...given) => ask((access) => access.useToken(...given)),
		revokeToken: (id) => ask((access) => access.revokeToken(id)),
		derive: (...given) => hashing.take(() => derive(...given)),
		close,
	};
}

/** By its code, what SQLite says of a file; the process that holds it, and what is wrong with this program, are other things. */
function isOfStorage(cause: unknown): boolean {
	const { code } = cause as { code?: unknown };
	return cause instanceof StorageFault || cause instanceof NewerVersion || code === "ERR_SQLITE_ERROR";
}
