import type { ClusterAnswer } from "../../colony-bridge/protocol/rest.ts";
import type { ClusterView } from "../../colony-bridge/protocol/view.ts";
import { clusterAnswers } from "../cluster-answers.ts";
import { isoField } from "../iso-instant.ts";
import { jsonResponse } from "../json-response.ts";
import { withoutQuery } from "../query-parameters.ts";

export const getCluster = withoutQuery(async (context) => {
	const [{ view }] = await clusterAnswers(context, [{ kind: "cluster" }]);
	return jsonResponse(context.request, clusterAnswer(view));
});

function clusterAnswer(view: ClusterView): ClusterAnswer {
	const { total, ready, busy, notHeard } = view.workers;
	const { active, queued, notHeard: tasksNotHeard, cancelled, no_result, counters } = view.tasks;
	const { completed, failed } = { ...view.tasks, ...counters };
	return {
		name: view.colony ?? view.cluster,
		status: view.status,
		...(view.reason !== undefined && { reason: view.reason }),
		...isoField("silent_since", view.silentSince),
		...isoField("last_push", view.lastPushAt),
		workers: { total, ready, busy, not_heard: notHeard },
		...(view.leftOut && {
			left_out: view.leftOut.rows.map(({ at, ...left }) => ({ ...left, ...isoField("last", at) })),
			left_out_total: view.leftOut.total,
		}),
		tasks: { active, queued, not_heard: tasksNotHeard, completed, failed, cancelled, no_result },
	};
}
