import type { SessionAnswer } from "../../colony-bridge/protocol/access.ts";
import { isoField } from "../iso-instant.ts";
import { withoutQuery } from "../query-parameters.ts";

/** Who the caller is. A page that is open for days asks now and then, which also renews its session. */
export const getSession = withoutQuery(({ actor, admission, app }) => {
	const { name, role, via } = actor;
	const answer: SessionAnswer = {
		name,
		role,
		via,
		can_act: role === "operator" && !app.config.readonly,
		...isoField("until", admission.session?.until ?? admission.pass.until),
	};
	return Response.json(answer, { headers: { "Cache-Control": "no-store" } });
});
