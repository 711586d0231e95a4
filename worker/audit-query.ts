import * as v from "valibot";
import { AuditAction, type AuditPage, type AuditQuery } from "../colony-bridge/protocol/audit.ts";
import { RowCursor } from "../colony-bridge/protocol/row-cursor.ts";
import { type RequestContext, requireCluster } from "./context.ts";
import { ProblemError } from "./problem-error.ts";
import { limitParameter } from "./query-parameters.ts";

const text = v.optional(v.pipe(v.string("give it once"), v.maxLength(200)));

/** Parameters of the audit, in the API and on its page; what a form leaves empty is not asked for. */
export const AuditParameters = v.pipe(
	v.object({
		limit: limitParameter(500, 100),
		cursor: v.optional(v.lazy((given) => (given === "" ? v.literal("") : RowCursor))),
		actor: text,
		action: v.optional(v.union([v.literal(""), AuditAction], `an action is ${AuditAction.options.join(", ")}`)),
	}),
	v.transform(
		({ limit, cursor, actor, action }): AuditQuery => ({
			limit,
			...(cursor && { before: { id: cursor.row, at: cursor.log } }),
			...(actor && { actor }),
			...(action && { action }),
		}),
	),
);

/** @throws ProblemError where there is no such cluster, or the cursor is of an audit that is gone. */
export async function auditPage({ cluster }: RequestContext, query: AuditQuery): Promise<AuditPage> {
	const page = await cluster.port.audited(query);
	if (page.rows.length === 0 && !cluster.isDefault) requireCluster(cluster, (await cluster.port.view([])).position);
	if (page.gone)
		throw new ProblemError("conflict", "the cursor is of an audit that is gone: it has begun anew since; read from the first page");
	return page;
}
