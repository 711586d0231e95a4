import * as v from "valibot";
import { clusterAnswers } from "../cluster-answers.ts";
import { commandAnswer } from "../command-answer.ts";
import { limitParameter, withQuery } from "../query-parameters.ts";
import { tableResponse } from "../table-response.ts";

/** Newest first. */
export const getCommands = withQuery(v.object({ limit: limitParameter(5000, 100) }), async (context, { limit }) => {
	const [commands] = await clusterAnswers(context, [{ kind: "commands", limit }]);
	return tableResponse(context.request, commands.rows.map(commandAnswer), commands.total);
});
