import * as v from "valibot";
import type { StreamAnswer } from "../../colony-bridge/protocol/rest.ts";
import type { Checkpoint } from "../../colony-bridge/protocol/state.ts";
import type { StreamRow } from "../../colony-bridge/protocol/view.ts";
import { clusterAnswers } from "../cluster-answers.ts";
import { isoField } from "../iso-instant.ts";
import { limitParameter, withQuery } from "../query-parameters.ts";
import { ROW_WINDOW, rowWindow } from "../row-window.ts";
import { tableResponse } from "../table-response.ts";

export const getStreams = withQuery(v.object({ ...ROW_WINDOW, limit: limitParameter(10_000, 1000) }), async (context, window) => {
	const [streams] = await clusterAnswers(context, [{ kind: "streams", ...rowWindow(window) }]);
	return tableResponse(context.request, streams.rows.map(streamAnswer), streams.total);
});

function streamAnswer(row: StreamRow): StreamAnswer {
	return {
		id: row.id,
		...(row.name !== undefined && { name: row.name }),
		status: row.status,
		...isoField("watermark", row.watermark),
		...(row.message !== undefined && { message: row.message }),
		...(row.windows !== undefined && { windows: row.windows }),
		...(row.checkpoint !== undefined && { checkpoint: checkpointAnswer(row.checkpoint) }),
		metrics: row.values,
	};
}

function checkpointAnswer({ startedAt, endedAt, ...rest }: Checkpoint): NonNullable<StreamAnswer["checkpoint"]> {
	return { ...rest, ...isoField("started_at", startedAt), ...isoField("ended_at", endedAt) };
}
