import type { AuditAnswer, AuditRow } from "../../colony-bridge/protocol/audit.ts";
import { rowCursor } from "../../colony-bridge/protocol/row-cursor.ts";
import { AuditParameters, auditPage } from "../audit-query.ts";
import { isoField, isoInstant } from "../iso-instant.ts";
import { withQuery } from "../query-parameters.ts";

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
		...(target !== undefined && { target }),
		result,
		...(detail !== undefined && { detail }),
		count,
		...(command !== undefined && { command }),
		...isoField("ended_at", endedAt),
	};
}
