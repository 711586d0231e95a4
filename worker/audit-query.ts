import * as v from "valibot";
import { AuditAction, type AuditQuery } from "../colony-bridge/protocol/audit.ts";
import { limitParameter } from "./query-parameters.ts";

const text = v.optional(v.pipe(v.string("give it once"), v.maxLength(200)));
const CURSOR = "write a cursor as `next` gave it";

/** Parameters of the audit, in the API and on its page; what a form leaves empty is not asked for. */
export const AuditParameters = v.pipe(
	v.object({
		limit: limitParameter(500, 100),
		cursor: v.optional(v.pipe(v.string("give it once"), v.regex(/^\d{0,15}$/, CURSOR))),
		actor: text,
		action: v.optional(v.union([v.literal(""), AuditAction], `an action is ${AuditAction.options.join(", ")}`)),
	}),
	v.transform(
		({ limit, cursor, actor, action }): AuditQuery => ({
			limit,
			...(cursor && { before: Number(cursor) }),
			...(actor && { actor }),
			...(action && { action }),
		}),
	),
);
