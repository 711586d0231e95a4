import * as v from "valibot";
import type { TaskAnswer, TasksAnswer } from "../../colony-bridge/protocol/rest.ts";
import type { EndedRow, TaskRow } from "../../colony-bridge/protocol/view.ts";
import { clusterAnswers } from "../cluster-answers.ts";
import { isoField } from "../iso-instant.ts";
import { jsonResponse } from "../json-response.ts";
import { limitParameter, withQuery } from "../query-parameters.ts";

const TasksQuery = v.object({
	limit: limitParameter(10_000, 500),
	/** Only ended tasks that ended so. */
	status: v.optional(v.picklist(["completed", "failed", "cancelled"])),
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

function activeTask(row: TaskRow): TaskAnswer {
	return {
		...commonFields(row),
		...(row.progress !== undefined && { progress: row.progress }),
		...(row.dependencies !== undefined && { dependencies: row.dependencies }),
	};
}

function endedTask(row: EndedRow): TaskAnswer {
	return {
		...commonFields({ ...row, id: row.task }),
		...isoField("ended_at", row.endedAt),
		...(row.durationMs !== undefined && { duration_ms: row.durationMs }),
		...(row.error !== undefined && { error: row.error }),
	};
}

function commonFields(row: TaskRow | EndedRow): TaskAnswer {
	return {
		id: row.id,
		name: row.name,
		status: row.status,
		...(row.kind !== undefined && { kind: row.kind }),
		...(row.worker !== undefined && { worker: row.worker }),
		...(row.attempt !== undefined && { attempt: row.attempt }),
		...(row.parent !== undefined && { parent: row.parent }),
		...isoField("queued_at", row.queuedAt),
		...isoField("started_at", row.startedAt),
	};
}
