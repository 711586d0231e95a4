import * as v from "valibot";
import type { CheckAnswer } from "../../colony-bridge/protocol/rest.ts";
import type { CheckRow } from "../../colony-bridge/protocol/rows.ts";
import { clusterAnswers } from "../cluster-answers.ts";
import { heardFields } from "../heard-fields.ts";
import { isoField } from "../iso-instant.ts";
import { limitParameter, withQuery } from "../query-parameters.ts";
import { ROW_WINDOW, rowWindow } from "../row-window.ts";
import { tableResponse } from "../table-response.ts";

export const getChecks = withQuery(v.object({ ...ROW_WINDOW, limit: limitParameter(10_000, 1000) }), async (context, window) => {
	const [checks] = await clusterAnswers(context, [{ kind: "checks", ...rowWindow(window) }]);
	return tableResponse(context.request, checks.rows.map(checkAnswer), checks.total);
});

function checkAnswer(row: CheckRow): CheckAnswer {
	return {
		id: row.id,
		...heardFields(row),
		...isoField("at", row.at),
		...isoField("since", row.since),
		...(row.message !== undefined && { message: row.message }),
	};
}
