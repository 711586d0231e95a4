/** A task in the REST's words. */

import * as v from "valibot";
import type { TaskAnswer, TaskHistoryAnswer, TasksAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { TaskFilter } from "../../colony-bridge/protocol/query/query.ts";
import { rowCursor } from "../../colony-bridge/protocol/query/row-cursor.ts";
import type { EndedRow, TaskRow } from "../../colony-bridge/protocol/query/rows.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { InstantText, Name } from "../../colony-bridge/protocol/wire/names.ts";
import { EndStatus } from "../../colony-bridge/protocol/wire/state.ts";
import { withQueryAt } from "../handler/at-instant.ts";
import { clusterAnswers, clusterPage, requireCluster } from "../handler/context.ts";
import { cursorParameter, limitParameter } from "../handler/query-parameters.ts";
import { isoField, jsonResponse, taggedResponse } from "../http/responses.ts";
import { heardFields } from "./rows.ts";

export function activeTask(row: TaskRow): TaskAnswer {
	return {
		...commonFields(row),
		...defined({ progress: row.progress, dependencies: row.dependencies }),
	};
}

function endedTask(row: EndedRow): TaskAnswer {
	return {
		...commonFields({ ...row, id: row.task }),
		...isoField("ended_at", row.endedAt),
		...defined({ duration_ms: row.durationMs, error: row.error }),
	};
}

function commonFields(row: TaskRow | EndedRow): TaskAnswer {
	return {
		id: row.id,
		name: row.name,
		...heardFields(row),
		...defined({ kind: row.kind, worker: row.worker, attempt: row.attempt, parent: row.parent }),
		...isoField("queued_at", row.queuedAt),
		...isoField("started_at", row.startedAt),
	};
}

const TasksQuery = v.object({
	limit: limitParameter(10_000, 500),
	/** Only ended tasks that ended so. */
	status: v.optional(EndStatus),
});

export const getTasks = withQueryAt(TasksQuery, async (context, { limit, status }) => {
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

const text = v.pipe(v.string("give it once"), v.minLength(1, "leave it out, or say what to look for"), v.maxLength(200));

const HistoryQuery = v.object({
	status: TaskFilter.entries.status,
	worker: v.optional(Name),
	name: v.optional(Name),
	/** The task's own id: all its attempts. */
	id: v.optional(Name),
	/** Anywhere in id, name or error. */
	text: v.optional(text),
	/** Ended in this time. */
	start: v.optional(InstantText),
	end: v.optional(InstantText),
	order: v.optional(v.picklist(["newest", "longest"], "write newest or longest")),
	limit: limitParameter(1000, 100),
	cursor: v.optional(cursorParameter),
});

/** Ended tasks that match, page by page, errors with their stacks. */
export const getTaskHistory = withQueryAt(HistoryQuery, async (context, { limit, start, end, cursor, id, ...filter }) => {
	const query = {
		kind: "ended",
		limit,
		stacks: true,
		...filter,
		...defined({ task: id, since: start, until: end }),
		...(cursor && { after: cursor.row }),
	} as const;
	const {
		answers: [cluster, ended],
		log,
	} = await clusterPage(context, [{ kind: "cluster" }, query], cursor);
	const { retained, retainedSince, completed, failed, cancelled, no_result } = cluster.view.tasks;
	const last = ended.rows.at(-1);
	const answer: TaskHistoryAnswer = {
		tasks: ended.rows.map((row) => ({
			...endedTask(row),
			...defined({ wait_ms: row.waitMs }),
			number: Number(row.id),
		})),
		total: ended.total,
		retained,
		...isoField("since", retainedSince),
		ended_total: completed + failed + cancelled + no_result,
		...(last && (ended.offset ?? 0) + ended.rows.length < ended.total && { next: rowCursor(last.id, log) }),
	};
	return jsonResponse(context.request, answer);
});

const NUMBER = "write the number of a completed task: 1 or more";
const number = v.optional(v.pipe(v.string(NUMBER), v.regex(/^\d{1,15}$/, NUMBER), v.transform(Number)));

const StreamQuery = v.object({
	/** Ends with greater numbers only, or smaller ones. */
	after: number,
	before: number,
	/** Tasks that ran then or later. */
	start: v.optional(InstantText),
});

/** Tasks as bars (`protocol/query/task-stream.ts`): what is drawn of a hundred thousand in a few hundred kilobytes. */
export const getTaskStream = withQueryAt(StreamQuery, async ({ request, cluster }, { after, before, start }) => {
	const { position, bytes } = await cluster.port.taskStream({
		...defined({ after, before, since: start }),
	});
	requireCluster(cluster, position);
	return taggedResponse(request, new Uint8Array(bytes), { "Content-Type": "application/octet-stream" });
});
