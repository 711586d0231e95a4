import * as v from "valibot";
import type { CheckpointAnswer, StreamAnswer, StreamDetailAnswer, SubtaskAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import type { StreamRow, SubtaskRow } from "../../colony-bridge/protocol/query/rows.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { type Checkpoint, MOST_CHECKPOINTS } from "../../colony-bridge/protocol/wire/state.ts";
import { withInstant, withQueryAt } from "../handler/at-instant.ts";
import { clusterAnswers } from "../handler/context.ts";
import { limitParameter } from "../handler/query-parameters.ts";
import { ProblemError } from "../http/problem.ts";
import { isoField, jsonResponse } from "../http/responses.ts";
import { heardFields, ROW_WINDOW, windowResponse } from "./rows.ts";

export const getStreams = withQueryAt(v.object({ ...ROW_WINDOW, limit: limitParameter(10_000, 1000) }), (context, window) =>
	windowResponse(context, "streams", window, streamAnswer),
);

/** Subtasks of one answer. */
const MOST_SUBTASKS = 10_000;

/** One stream whole. */
export const getStream = withInstant(async (context) => {
	const stream = context.params.id ?? "";
	const [streams, operators, subtasks, checkpoints] = await clusterAnswers(context, [
		{ kind: "streams", limit: 1, stream },
		{ kind: "operators", limit: MOST_SUBTASKS, stream },
		{ kind: "subtasks", limit: MOST_SUBTASKS, stream },
		{ kind: "checkpoints", limit: MOST_CHECKPOINTS, stream },
	]);
	const [row] = streams.rows;
	if (!row)
		throw new ProblemError("not-found", `the colony lists no stream "${stream.slice(0, 200)}"; GET /api/streams lists those it has`);
	const byOperator = Map.groupBy(subtasks.rows, ({ operator }) => operator);
	const answer: StreamDetailAnswer = {
		...streamAnswer(row),
		operators: operators.rows.map(({ id, name, inputs }) => ({
			id,
			name,
			...(inputs && { inputs }),
			subtasks: (byOperator.get(id) ?? []).map(subtaskAnswer),
		})),
		subtasks_total: subtasks.total,
		checkpoints: checkpoints.rows.map(({ checkpoint: id, ...rest }) => checkpointAnswer({ ...rest, id })),
		checkpoints_total: checkpoints.total,
	};
	return jsonResponse(context.request, answer);
});

function subtaskAnswer({
	subtask,
	worker,
	watermark,
	busy,
	idle,
	backPressured,
	bufferFill,
	recordsIn,
	recordsOut,
}: SubtaskRow): SubtaskAnswer {
	return {
		id: subtask,
		...isoField("watermark", watermark),
		...defined({
			worker,
			busy,
			idle,
			back_pressured: backPressured,
			buffer_fill: bufferFill,
			records_in: recordsIn,
			records_out: recordsOut,
		}),
	};
}

function streamAnswer(row: StreamRow): StreamAnswer {
	return {
		id: row.id,
		...heardFields(row),
		...isoField("watermark", row.watermark),
		...isoField("since", row.since),
		...defined({ name: row.name, message: row.message, windows: row.windows }),
		...(row.checkpoint !== undefined && { checkpoint: checkpointAnswer(row.checkpoint) }),
		metrics: row.values,
	};
}

function checkpointAnswer({ startedAt, endedAt, ...rest }: Checkpoint): CheckpointAnswer {
	return { ...rest, ...isoField("started_at", startedAt), ...isoField("ended_at", endedAt) };
}
