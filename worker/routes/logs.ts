import * as v from "valibot";
import type { ErrorGroupAnswer, ErrorsAnswer, LogAnswer, LogsAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { rowCursor } from "../../colony-bridge/protocol/query/row-cursor.ts";
import type { ErrorGroupRow, Hits, LogRow } from "../../colony-bridge/protocol/query/rows.ts";
import { LOG_LEVELS, LogLevel } from "../../colony-bridge/protocol/wire/state.ts";
import { withQueryAt } from "../handler/at-instant.ts";
import { clusterAnswers, clusterPage } from "../handler/context.ts";
import { cursorParameter, limitParameter, listParameter } from "../handler/query-parameters.ts";
import { isoInstant, jsonResponse } from "../http/responses.ts";

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
	cursor: v.optional(cursorParameter),
});

/** Newest first. Long lines make a page shorter than asked for: `next` says that there is more. */
export const getLogs = withQueryAt(LogsQuery, async (context, { level, source, limit, cursor }) => {
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

const ErrorsQuery = v.object({
	order: v.optional(v.picklist(["recent", "count"], "write recent or count")),
	limit: limitParameter(200, 50),
});

/** Errors in groups. Long messages and stacks make the answer shorter than asked for: `total` says how many groups there are. */
export const getErrors = withQueryAt(ErrorsQuery, async (context, { order, limit }) => {
	const [groups] = await clusterAnswers(context, [{ kind: "errorGroups", limit, stacks: true, ...(order && { order }) }]);
	const answer: ErrorsAnswer = { errors: groups.rows.map(groupAnswer), total: groups.total, overall: groups.overall ?? groups.total };
	return jsonResponse(context.request, answer);
});

const hitsAnswer = ({ names, total, atLeast }: Hits): ErrorGroupAnswer["tasks"] => ({
	names,
	total,
	...(atLeast && { at_least: atLeast }),
});

function groupAnswer({ id, type, text, count, firstAt, lastAt, counts, tasks, workers, sample }: ErrorGroupRow): ErrorGroupAnswer {
	const { at, ...rest } = sample;
	const endOf = (column: number) => counts.until - (counts.values.length - 1 - column) * counts.step;
	return {
		id,
		...(type !== undefined && { type }),
		text,
		count,
		first_at: isoInstant(firstAt),
		last_at: isoInstant(lastAt),
		counts: counts.values.flatMap((errors, i) => (errors > 0 ? [{ timestamp: isoInstant(endOf(i)), count: errors }] : [])),
		tasks: hitsAnswer(tasks),
		workers: hitsAnswer(workers),
		newest: { timestamp: isoInstant(at), ...rest },
	};
}
