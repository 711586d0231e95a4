import { renderAudit } from "#pages";
import { AuditParameters } from "../audit-query.ts";
import { requireCluster } from "../context.ts";
import { htmlResponse, pageContext } from "../html-response.ts";
import { withQuery } from "../query-parameters.ts";

/** Who did what, as a page. */
export const showAudit = withQuery(AuditParameters, async (context, query) => {
	const { cluster } = context;
	const audit = await cluster.port.audited(query);
	if (audit.rows.length === 0 && !cluster.isDefault) requireCluster(cluster, (await cluster.port.view([])).position);
	const page = pageContext(context);
	return htmlResponse(renderAudit({ query, ...audit }, page), page);
});
