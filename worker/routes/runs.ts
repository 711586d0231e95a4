import * as v from "valibot";
import type { RunAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import type { RunRow } from "../../colony-bridge/protocol/query/rows.ts";
import { withQueryAt } from "../handler/at-instant.ts";
import { clusterAnswers } from "../handler/context.ts";
import { limitParameter } from "../handler/query-parameters.ts";
import { isoField, isoInstant, tableResponse } from "../http/responses.ts";

/** Runs in one answer: those that ended, and one for each bridge. */
const MOST_RUNS = 2500;

/** Newest first, those that go on before those that ended. */
export const getRuns = withQueryAt(v.object({ limit: limitParameter(MOST_RUNS, 100) }), async (context, { limit }) => {
	const [runs] = await clusterAnswers(context, [{ kind: "runs", limit }]);
	return tableResponse(context.request, runs.rows.map(runAnswer), runs.total);
});

function runAnswer({ began, reported, ended, firstError, ...run }: RunRow): RunAnswer {
	return {
		...run,
		began_at: isoInstant(began),
		reported_at: isoInstant(reported),
		...isoField("ended_at", ended),
		...(firstError && { first_error: { timestamp: isoInstant(firstError.at), text: firstError.text } }),
	};
}
