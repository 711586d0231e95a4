import type { TokenAnswer } from "../colony-bridge/protocol/access.ts";
import type { Token } from "../durable/access/port.ts";
import { isoField, isoInstant } from "./iso-instant.ts";

/** @param text where it was just made. */
export function tokenAnswer(token: Token, text?: string): TokenAnswer {
	const { id, name, kind, role, cluster, createdAt, createdBy, expiresAt, usedAt } = token;
	return {
		id: String(id),
		name,
		kind,
		...(role && { role }),
		...(cluster !== undefined && { cluster }),
		created_at: isoInstant(createdAt),
		created_by: createdBy,
		...isoField("expires_at", expiresAt),
		...isoField("used_at", usedAt),
		...(text !== undefined && { token: text }),
	};
}
