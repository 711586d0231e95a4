import type { AuditAnswer, AuditRow } from "../../colony-bridge/protocol/audit.ts";
import { AuditParameters } from "../audit-query.ts";
import { requireCluster } from "../context.ts";
import { isoField, isoInstant } from "../iso-instant.ts";
import { withQuery } from "../query-parameters.ts";

/** Who did what, newest first. */
export const getAudit = withQuery(AuditParameters, async ({ cluster }, query) => {
	const { rows, next } = await cluster.port.audited(query);
	if (rows.length === 0 && !cluster.isDefault) requireCluster(cluster, (await cluster.port.view([])).position);
	const answer: AuditAnswer = { entries: rows.map(entryOf), ...(next !== undefined && { next: String(next) }) };
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
