import * as v from "valibot";
import { LIMITS } from "../../colony-bridge/protocol/limits.ts";
import type { NameAnswer, SeriesAnswer } from "../../colony-bridge/protocol/rest.ts";
import type { NameRow, SeriesRow } from "../../colony-bridge/protocol/rows.ts";
import { clusterAnswers } from "../cluster-answers.ts";
import { isoField } from "../iso-instant.ts";
import { limitParameter, withQuery } from "../query-parameters.ts";
import { namesParameter } from "../series-query.ts";
import { tableResponse } from "../table-response.ts";

const MATCH = `write words of at most ${LIMITS.nameChars} characters together`;

const SeriesQuery = v.object({
	/** Words of which each must occur in the name, the help text or a label. */
	match: v.optional(v.pipe(v.string("give it once"), v.maxLength(LIMITS.nameChars, MATCH))),
	/** Of these only: names or selectors. */
	names: v.optional(namesParameter),
	/** `name`: metrics, not their series. */
	by: v.optional(v.picklist(["series", "name"], 'write "series" or "name"'), "series"),
	limit: limitParameter(100_000, 1000),
});

/** What series there are, found by words. */
export const getSeries = withQuery(SeriesQuery, async (context, { match, names, by, limit }) => {
	const found = match?.trim() ? { match } : {};
	if (by === "name") {
		const [metrics] = await clusterAnswers(context, [{ kind: "names", limit, trends: 0, ...found }]);
		return tableResponse(context.request, metrics.rows.map(nameAnswer), metrics.total);
	}
	const [series] = await clusterAnswers(context, [{ kind: "series", limit, ...found, ...(names && { selectors: names }) }]);
	return tableResponse(context.request, series.rows.map(seriesAnswer), series.total);
});

function nameAnswer({ id, type, unit, help, labels, alive, seen }: NameRow): NameAnswer {
	return {
		name: id,
		type,
		...(unit !== undefined && { unit }),
		...(help !== undefined && { help }),
		labels,
		series_alive: alive,
		series: seen,
	};
}

function seriesAnswer({ id, name, type, unit, help, labels, value, at }: SeriesRow): SeriesAnswer {
	return {
		selector: id,
		name,
		labels: labels ?? {},
		type,
		...(unit !== undefined && { unit }),
		...(help !== undefined && { help }),
		...(value !== undefined && { value }),
		...isoField("timestamp", at),
	};
}
