import * as v from "valibot";
import type { CheckAnswer } from "../../colony-bridge/protocol/rest.ts";
import type { CheckRow } from "../../colony-bridge/protocol/rows.ts";
import { heardFields } from "../heard-fields.ts";
import { isoField } from "../iso-instant.ts";
import { limitParameter, withQuery } from "../query-parameters.ts";
import { ROW_WINDOW, windowResponse } from "../row-window.ts";

export const getChecks = withQuery(v.object({ ...ROW_WINDOW, limit: limitParameter(10_000, 1000) }), (context, window) =>
	windowResponse(context, "checks", window, checkAnswer),
);

function checkAnswer(row: CheckRow): CheckAnswer {
	return {
		id: row.id,
		...heardFields(row),
		...isoField("at", row.at),
		...isoField("since", row.since),
		...(row.message !== undefined && { message: row.message }),
	};
}
