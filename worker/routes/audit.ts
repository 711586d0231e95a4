import * as v from "valibot";
import { AuditAction, type AuditAnswer, type AuditPage, type AuditQuery, type AuditRow } from "../../colony-bridge/protocol/http/audit.ts";
import { rowCursor } from "../../colony-bridge/protocol/query/row-cursor.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { type Handler, type RequestContext, requireCluster } from "../handler/context.ts";
import { cursorParameter, limitParameter, readQuery, withQuery } from "../handler/query-parameters.ts";
import { ProblemError } from "../http/problem.ts";
import { isoField, isoInstant } from "../http/responses.ts";
import { answerPage, noPage } from "./pages.ts";

const text = v.optional(v.pipe(v.string("give it once"), v.maxLength(200)));

/** Parameters of the audit, in the API and on its page; what a form leaves empty is not asked for. */
const AuditParameters = v.pipe(
	v.object({
		limit: limitParameter(500, 100),
		cursor: v.optional(v.lazy((given) => (given === "" ? v.literal("") : cursorParameter))),
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
async function auditPage({ cluster }: RequestContext, query: AuditQuery): Promise<AuditPage> {
	const page = await cluster.port.audited(query);
	if (page.rows.length === 0 && !cluster.isDefault) requireCluster(cluster, (await cluster.port.view([])).position);
	if (page.gone)
		throw new ProblemError("conflict", "the cursor belongs to a deleted audit: it was created again since; read from the first page");
	return page;
}

/** Who did what, newest first. */
export const getAudit = withQuery(AuditParameters, async (context, query) => {
	const { rows, next } = await auditPage(context, query);
	const answer: AuditAnswer = { entries: rows.map(entryOf), ...(next !== undefined && { next: rowCursor(next.id, next.at) }) };
	return Response.json(answer, { headers: { "Cache-Control": "no-store" } });
});

function entryOf({ id, at, actor, action, target, result, detail, count, command, endedAt }: AuditRow): AuditAnswer["entries"][number] {
	return {
		id,
		timestamp: isoInstant(at),
		actor,
		action,
		result,
		count,
		...defined({ target, detail, command }),
		...isoField("ended_at", endedAt),
	};
}

/** Who did what, as a page: what its address says besides is how the reader looks at it. */
export const showAudit: Handler = async (context) => {
	const query = readQuery(AuditParameters, context.url);
	const audit = await auditPage(context, query);
	return answerPage(context, "audit", noPage(context.url.pathname), { query, ...audit });
};
