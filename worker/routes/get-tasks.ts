import * as v from "valibot";
import type { TasksAnswer } from "../../colony-bridge/protocol/rest.ts";
import { EndStatus } from "../../colony-bridge/protocol/state.ts";
import { clusterAnswers } from "../cluster-answers.ts";
import { jsonResponse } from "../json-response.ts";
import { limitParameter, withQuery } from "../query-parameters.ts";
import { activeTask, endedTask } from "../task-answer.ts";

const TasksQuery = v.object({
	limit: limitParameter(10_000, 500),
	/** Only ended tasks that ended so. */
	status: v.optional(EndStatus),
});

export const getTasks = withQuery(TasksQuery, async (context, { limit, status }) => {
	const [cluster, active, ended] = await clusterAnswers(context, [
		{ kind: "cluster" },
		{ kind: "tasks", limit },
		{ kind: "ended", limit, stacks: true, ...(status && { status }) },
	]);
	const answer: TasksAnswer = {
		active: active.rows.map(activeTask),
		active_total: active.total,
		ended: ended.rows.map(endedTask),
		ended_total: ended.total,
		queued: cluster.view.tasks.queued,
	};
	return jsonResponse(context.request, answer);
});
