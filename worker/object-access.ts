/** Access as Durable Objects: one for all that is kept, and a few that do nothing but hash passwords. */

import type { AccessPort } from "../durable/access/port.ts";
import type { AccessObject } from "../durable/access-object.ts";
import { again } from "./again.ts";

export type AccessNamespace = DurableObjectNamespace<AccessObject>;

/** A password takes longer to hash than a Worker on Cloudflare's free plan may run; an object may. Several, so that nobody waits in line. */
const HASHING_OBJECTS = 8;

export function objectAccess(namespace: AccessNamespace): AccessPort {
	const store = () => namespace.getByName("store");
	return {
		signingKey: () => again(async () => store().signingKey()),
		attempt: async (...given) => store().attempt(...given),
		forgive: async (...given) => store().forgive(...given),
		hasEnded: (session) => again(async () => store().hasEnded(session)),
		endSession: async (...given) => store().endSession(...given),
		seat: (...given) => again(async () => store().seat(...given)),
		mint: async (token) => store().mint(token),
		tokens: () => again(async () => store().tokens()),
		useToken: (...given) => again(async () => store().useToken(...given)),
		revokeToken: async (id) => store().revokeToken(id),
		stretch: (...given) => again(async () => namespace.getByName(`hash-${Math.floor(Math.random() * HASHING_OBJECTS)}`).stretch(...given)),
	};
}
