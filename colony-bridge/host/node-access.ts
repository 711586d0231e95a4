/** Access in this process: in memory, or in a file of its own beside the clusters'. */
import { join } from "node:path";
import { Access } from "../../durable/access/access.ts";
import type { AccessPort } from "../../durable/access/port.ts";
import { openNodeSql } from "./node-sql.ts";
import { Turns } from "./turns.ts";

/** Node has four threads for cryptography: those who guess passwords get half of them, the sessions of all others the rest. */
const HASHED_AT_ONCE = 2;

export interface NodeAccess extends AccessPort {
	close(): void;
}

/** @param directory where the file is, made by the first thing worth keeping; undefined: in memory. */
export function openNodeAccess(directory?: string): NodeAccess {
	const path = directory === undefined ? ":memory:" : join(directory, "access.sqlite");
	const hashing = new Turns(HASHED_AT_ONCE);
	let opened: { access: Access; close(): void } | undefined;
	// Where nobody signs in, nothing is ever asked of it.
	const access = (): Access => {
		if (!opened) {
			const sql = openNodeSql(path);
			opened = { access: new Access(sql, () => Date.now()), close: () => sql.close() };
		}
		return opened.access;
	};
	return {
		signingKey: async () => access().signingKey(),
		attempt: async (...given) => access().attempt(...given),
		forgive: async (...given) => access().forgive(...given),
		hasEnded: async (session) => access().hasEnded(session),
		endSession: async (...given) => access().endSession(...given),
		seat: async (...given) => access().seat(...given),
		mint: async (token) => access().mint(token),
		tokens: async () => access().tokens(),
		useToken: async (...given) => access().useToken(...given),
		revokeToken: async (id) => access().revokeToken(id),
		stretch: (...given) => hashing.take(() => access().stretch(...given)),
		close() {
			opened?.close();
			opened = undefined;
		},
	};
}
