import * as v from "valibot";
import type { ErrorGroupAnswer, ErrorsAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import type { ErrorGroupRow, Hits } from "../../colony-bridge/protocol/query/rows.ts";
import { clusterAnswers } from "../handler/cluster-answers.ts";
import { limitParameter, withQuery } from "../handler/query-parameters.ts";
import { isoInstant } from "../http/iso-instant.ts";
import { jsonResponse } from "../http/responses.ts";

const ErrorsQuery = v.object({
	order: v.optional(v.picklist(["recent", "count"], "write recent or count")),
	limit: limitParameter(200, 50),
});

/** Errors in groups. Long messages and stacks make the answer shorter than asked for: `total` says how many groups there are. */
export const getErrors = withQuery(ErrorsQuery, async (context, { order, limit }) => {
	const [groups] = await clusterAnswers(context, [{ kind: "errorGroups", limit, stacks: true, ...(order && { order }) }]);
	const answer: ErrorsAnswer = { errors: groups.rows.map(groupAnswer), total: groups.total, seen: groups.seen ?? groups.total };
	return jsonResponse(context.request, answer);
});

const hitsAnswer = ({ names, total, atLeast }: Hits): ErrorGroupAnswer["tasks"] => ({
	names,
	total,
	...(atLeast && { at_least: atLeast }),
});

function groupAnswer({ id, type, text, count, firstAt, lastAt, counts, tasks, workers, sample }: ErrorGroupRow): ErrorGroupAnswer {
	const { at, ...said } = sample;
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
		newest: { timestamp: isoInstant(at), ...said },
	};
}
