import * as v from "valibot";
import type { MetricsAnswer, NameAnswer, SeriesAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { Fold } from "../../colony-bridge/protocol/query/query.ts";
import type { NameRow, SeriesRow } from "../../colony-bridge/protocol/query/rows.ts";
import type { Samples } from "../../colony-bridge/protocol/query/view.ts";
import { defined } from "../../colony-bridge/protocol/values/defined.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { Aggregation, Duration, durationMs } from "../../colony-bridge/protocol/wire/measure.ts";
import { clusterAnswers } from "../handler/cluster-answers.ts";
import { countParameter, limitParameter, withQuery } from "../handler/query-parameters.ts";
import { isoField, isoInstant } from "../http/iso-instant.ts";
import { jsonResponse, tableResponse } from "../http/responses.ts";
import { NAMES, namesParameter, PERIOD, requirePeriod, unknownMetrics } from "./series-query.ts";

/** An answer holds a bounded number of values: fewer points a series leave room for more series. */
const POINTS_EACH = 400;

const MetricsQuery = v.pipe(
	v.object(
		{
			names: namesParameter,
			...PERIOD,
			step: v.optional(Duration),
			aggregation: v.optional(Aggregation),
			/** `each`: every series of a name by itself, under its own name with labels. */
			fold: v.optional(Fold),
			points: v.optional(countParameter(LIMITS.points)),
		},
		NAMES,
	),
	v.forward(
		v.check(({ step }) => step === undefined || durationMs(step) >= 1000, "a step is 1s or longer"),
		["step"],
	),
);

/** A query a name, all answered at one position of the log: so each answer is known to be its name's, folded or not. */
export const getMetrics = withQuery(MetricsQuery, async (context, { names, ...given }) => {
	requirePeriod(given);
	const { points = given.fold === "each" ? POINTS_EACH : LIMITS.points, range = "1h", ...rest } = given;
	const answers = await clusterAnswers(
		context,
		names.map((name) => ({ kind: "samples" as const, selectors: [name], range, points, ...defined(rest) })),
	);
	const entries = names.flatMap((name, at) => named(name, answers[at] as Samples, given.fold === "each"));
	const answer: MetricsAnswer = Object.fromEntries(entries);
	const unknown = answers.flatMap((samples) => samples.unknown);
	const left = answers.reduce((sum, samples) => sum + samples.left, 0);
	return jsonResponse(context.request, answer, {
		...unknownMetrics(unknown),
		...(left > 0 && { "Series-Left-Out": String(left) }),
	});
});

function named(name: string, samples: Samples, each: boolean): [string, MetricsAnswer[string]][] {
	return samples.series.map(({ key, at, values }) => [
		each ? key : name,
		at.map((instant, i) => ({ timestamp: isoInstant(instant), value: values[i] as number })),
	]);
}

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

/** Searches the list of series. */
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
		...defined({ unit, help }),
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
		...defined({ unit, help, value }),
		...isoField("timestamp", at),
	};
}
