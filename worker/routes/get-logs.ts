import * as v from "valibot";
import type { LogAnswer } from "../../colony-bridge/protocol/rest.ts";
import type { LogRow } from "../../colony-bridge/protocol/rows.ts";
import { LOG_LEVELS, LogLevel } from "../../colony-bridge/protocol/state.ts";
import { clusterAnswers } from "../cluster-answers.ts";
import { isoInstant } from "../iso-instant.ts";
import { limitParameter, listParameter, withQuery } from "../query-parameters.ts";
import { tableResponse } from "../table-response.ts";

const LogsQuery = v.object({
	/** This level and worse, in either case. */
	level: v.optional(
		v.pipe(
			v.string("give it once"),
			v.toUpperCase(),
			v.picklist(LogLevel.options, (issue) => `"${issue.input}" is no level; one of ${LOG_LEVELS.join(", ")}`),
		),
	),
	/** Names or globs. */
	source: v.optional(v.pipe(listParameter, v.maxLength(50, "give at most 50 sources"))),
	limit: limitParameter(10_000, 100),
});

/** Newest first. */
export const getLogs = withQuery(LogsQuery, async (context, { level, source, limit }) => {
	const [logs] = await clusterAnswers(context, [
		{ kind: "logs", limit, ...(level && { level }), ...(source && source.length > 0 && { sources: source }) },
	]);
	return tableResponse(context.request, logs.rows.map(logAnswer), logs.total);
});

function logAnswer(row: LogRow): LogAnswer {
	return {
		timestamp: isoInstant(row.at),
		level: row.level,
		...(row.source !== undefined && { source: row.source }),
		message: row.message,
	};
}
