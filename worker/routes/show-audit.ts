import { AuditParameters } from "../audit-query.ts";
import { withQuery } from "../query-parameters.ts";
import { answerPage, noPage } from "./show-page.ts";

/** Who did what, as a page. */
export const showAudit = withQuery(AuditParameters, async (context, query) => {
	const audit = await context.cluster.port.audited(query);
	return answerPage(context, "audit", noPage(context.url.pathname), { query, ...audit });
});
