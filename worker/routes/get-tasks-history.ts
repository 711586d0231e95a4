import * as v from "valibot";
import { InstantText } from "../../colony-bridge/protocol/instant-text.ts";
import { Name } from "../../colony-bridge/protocol/names.ts";
import { TaskFilter } from "../../colony-bridge/protocol/query.ts";
import type { TaskHistoryAnswer } from "../../colony-bridge/protocol/rest.ts";
import { RowCursor, rowCursor } from "../../colony-bridge/protocol/row-cursor.ts";
import { clusterPage } from "../cluster-answers.ts";
import { isoField } from "../iso-instant.ts";
import { jsonResponse } from "../json-response.ts";
import { limitParameter, withQuery } from "../query-parameters.ts";
import { endedTask } from "../task-answer.ts";

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
	cursor: v.optional(RowCursor),
});

/** Ended tasks that match, page by page, errors with their stacks. */
export const getTaskHistory = withQuery(HistoryQuery, async (context, { limit, start, end, cursor, id, ...filter }) => {
	const query = {
		kind: "ended",
		limit,
		stacks: true,
		...filter,
		...(id !== undefined && { task: id }),
		...(start !== undefined && { since: start }),
		...(end !== undefined && { until: end }),
		...(cursor && { after: cursor.row }),
	} as const;
	const {
		answers: [cluster, ended],
		log,
	} = await clusterPage(context, [{ kind: "cluster" }, query], cursor);
	const { kept, keptSince, completed, failed, cancelled, no_result } = cluster.view.tasks;
	const last = ended.rows.at(-1);
	const answer: TaskHistoryAnswer = {
		tasks: ended.rows.map((row) => ({
			...endedTask(row),
			...(row.waitMs !== undefined && { wait_ms: row.waitMs }),
			number: Number(row.id),
		})),
		total: ended.total,
		kept,
		...isoField("since", keptSince),
		ended_total: completed + failed + cancelled + no_result,
		...(last && (ended.offset ?? 0) + ended.rows.length < ended.total && { next: rowCursor(last.id, log) }),
	};
	return jsonResponse(context.request, answer);
});
