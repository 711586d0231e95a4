/** Access in this process: in memory, or in a file of its own beside the clusters'. */
import { join } from "node:path";
import { Access } from "../../../durable/access/access.ts";
import { derive } from "../../../durable/access/key-derivation.ts";
import { ACCESS_CALLS, type AccessCalls, type AccessPort } from "../../../durable/access/port.ts";
import { eachCall, invoke, type Promised } from "../../../durable/calls/calls.ts";
import { StorageFault, StoreFaults } from "../../../durable/storage/storage-fault.ts";
import { Turns } from "../../../durable/work/turns.ts";
import { type NodeDatabase, openNodeSql } from "./sql.ts";

/** Node has four threads for cryptography: those who guess passwords get half of them, the sessions of all others the rest. */
const HASHED_AT_ONCE = 2;

interface NodeAccess extends AccessPort {
	close(): void;
}

/**
 * Where its file cannot be read or written, whatever asks it fails with a `StorageFault`: nobody new is let in, nobody is let in unasked, and it
 * is tried again with the next question.
 * @param directory where the file is, made by the first thing worth keeping; undefined: in memory.
 */
export function openNodeAccess(directory?: string): NodeAccess {
	const path = directory === undefined ? ":memory:" : join(directory, "access.sqlite");
	const hashing = new Turns(HASHED_AT_ONCE);
	// Without sign-in it is never used.
	let opened: { access: Access; sql: NodeDatabase } | undefined;
	const faults = new StoreFaults(`the database "${path}"`, "file");
	/** Signing key of sessions in this process. */
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
			const fault = faults.of(cause);
			// A file that was mended or moved away is another one.
			if (fault instanceof StorageFault && path !== ":memory:") close();
			throw fault;
		}
	};
	return {
		...eachCall<Promised<AccessCalls>>(ACCESS_CALLS, (name, given) => ask((access) => invoke(access, name, given))),
		signingKey: () =>
			ask((access) => {
				key = access.signingKey();
				return key;
			}),
		derive: (...given) => hashing.take(() => derive(...given)),
		close,
	};
}
