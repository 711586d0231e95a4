import { AuditParameters, auditPage } from "../audit-query.ts";
import type { Handler } from "../context.ts";
import { readQuery } from "../query-parameters.ts";
import { answerPage, noPage } from "./show-page.ts";

/** Who did what, as a page: what its address says besides is how the reader looks at it. */
export const showAudit: Handler = async (context) => {
	const query = readQuery(AuditParameters, context.url);
	const audit = await auditPage(context, query);
	return answerPage(context, "audit", noPage(context.url.pathname), { query, ...audit });
};
