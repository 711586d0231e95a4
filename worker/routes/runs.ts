import * as v from "valibot";
import type { RunAnswer, RunDetailsAnswer } from "../../colony-bridge/protocol/http/rest-record.ts";
import type { RunRow, RunTaskCounts, RunTaskRow } from "../../colony-bridge/protocol/query/run-rows.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { Name } from "../../colony-bridge/protocol/wire/names.ts";
import { withQueryAt } from "../handler/at-instant.ts";
import { clusterAnswers } from "../handler/context.ts";
import { limitParameter } from "../handler/query-parameters.ts";
import { ProblemError } from "../http/problem.ts";
import { isoField, isoInstant, jsonResponse, tableResponse } from "../http/responses.ts";

/** Names in one answer. */
const MOST_NAMES = 500;
/** Runs in one answer: those that ended, and one for each bridge. */
export const MOST_RUNS = 2500;

/** Newest first, those that go on before those that ended. */
export const getRuns = withQueryAt(v.object({ limit: limitParameter(MOST_RUNS, 100) }), async (context, { limit }) => {
	const [runs] = await clusterAnswers(context, [{ kind: "runs", limit }]);
	const headers = runs.overall === undefined ? {} : { "Overall-Count": String(runs.overall) };
	return tableResponse(context.request, runs.rows.map(runAnswer), runs.total, headers);
});

/** One run with its tasks by name, and with `with` beside those of another: what moved most comes first. */
export const getRun = withQueryAt(v.object({ with: v.optional(Name), limit: limitParameter(MOST_NAMES, 100) }), async (context, query) => {
	const { id = "" } = context.params;
	const asked = { run: id.slice(0, 200), limit: query.limit, ...defined({ with: query.with }) };
	const [runs, tasks] = await clusterAnswers(context, [
		{ kind: "runs", limit: MOST_RUNS },
		{ kind: "runTasks", ...asked },
	]);
	const run = runs.rows.find((each) => each.id === id);
	if (!run) throw new ProblemError("not-found", `there is no run "${id.slice(0, 100)}": see /api/runs; the newest 200 that ended are kept`);
	if (tasks.refused !== undefined) throw new ProblemError("not-found", tasks.refused);
	const answer: RunDetailsAnswer = { ...runAnswer(run), tasks: tasks.rows.map(taskAnswer), tasks_total: tasks.total };
	return jsonResponse(context.request, answer);
});

function taskAnswer({ id, with: other, ...counts }: RunTaskRow): RunDetailsAnswer["tasks"][number] {
	return { name: id, ...countsAnswer(counts), ...(other && { with: countsAnswer(other) }) };
}

function countsAnswer({ p50Ms, p95Ms, totalMs, ...counts }: RunTaskCounts) {
	return { ...counts, ...defined({ p50_ms: p50Ms, p95_ms: p95Ms, total_ms: totalMs }) };
}

function runAnswer({ began, reported, ended, firstError, ...run }: RunRow): RunAnswer {
	return {
		...run,
		began_at: isoInstant(began),
		reported_at: isoInstant(reported),
		...isoField("ended_at", ended),
		...(firstError && { first_error: { timestamp: isoInstant(firstError.at), text: firstError.text } }),
	};
}
