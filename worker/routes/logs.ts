import * as v from "valibot";
import type { LogAnswer, LogsAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { RowCursor, rowCursor } from "../../colony-bridge/protocol/query/row-cursor.ts";
import type { LogRow } from "../../colony-bridge/protocol/query/rows.ts";
import { LOG_LEVELS, LogLevel } from "../../colony-bridge/protocol/wire/state.ts";
import { clusterPage } from "../handler/cluster-answers.ts";
import { limitParameter, listParameter, withQuery } from "../handler/query-parameters.ts";
import { isoInstant } from "../http/iso-instant.ts";
import { jsonResponse } from "../http/responses.ts";

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
	/** `next` of the page before. */
	cursor: v.optional(RowCursor),
});

/** Newest first. Long lines make a page shorter than asked for: `next` says that there is more. */
export const getLogs = withQuery(LogsQuery, async (context, { level, source, limit, cursor }) => {
	const query = {
		kind: "logs",
		limit,
		...(cursor && { before: cursor.row }),
		...(level && { level }),
		...(source && source.length > 0 && { sources: source }),
	} as const;
	const {
		answers: [logs],
		log,
	} = await clusterPage(context, [query], cursor);
	const last = logs.rows.at(-1);
	const answer: LogsAnswer = {
		logs: logs.rows.map(logAnswer),
		total: logs.total,
		...(last && (logs.offset ?? 0) + logs.rows.length < logs.total && { next: rowCursor(last.id, log) }),
	};
	return jsonResponse(context.request, answer);
});

function logAnswer(row: LogRow): LogAnswer {
	return {
		timestamp: isoInstant(row.at),
		level: row.level,
		...(row.source !== undefined && { source: row.source }),
		message: row.message,
	};
}
