import * as v from "valibot";
import { commandAnswer } from "../command-answer.ts";
import { requireCluster } from "../context.ts";
import { ProblemError } from "../problem-error.ts";
import { waitParameter, withQuery } from "../query-parameters.ts";

/** How a command stands; with `wait`, once it has ended. */
export const getCommand = withQuery(v.object({ wait: waitParameter }), async ({ cluster, params }, { wait }) => {
	const id = params.id ?? "";
	const row = await cluster.port.follow(id, wait);
	if (!row) {
		if (!cluster.isDefault) requireCluster(cluster, (await cluster.port.view([])).position);
		throw new ProblemError(
			"not-found",
			`there is no command ${id.slice(0, 100)}: it was never given, or it is long over and only in the audit`,
		);
	}
	return Response.json(commandAnswer(row), { headers: { "Cache-Control": "no-store" } });
});
