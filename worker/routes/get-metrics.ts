import * as v from "valibot";
import { Aggregation, Duration, durationMs } from "../../colony-bridge/protocol/layout.ts";
import { LIMITS } from "../../colony-bridge/protocol/limits.ts";
import { Fold } from "../../colony-bridge/protocol/query.ts";
import type { MetricsAnswer } from "../../colony-bridge/protocol/rest.ts";
import type { Samples } from "../../colony-bridge/protocol/view.ts";
import { clusterAnswers } from "../cluster-answers.ts";
import { isoInstant } from "../iso-instant.ts";
import { jsonResponse } from "../json-response.ts";
import { countParameter, withQuery } from "../query-parameters.ts";
import { NAMES, namesParameter, PERIOD, requirePeriod, unknownMetrics } from "../series-query.ts";

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

/** Without the fields that are undefined. */
function defined<T extends object>(fields: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
		[Key in keyof T]: Exclude<T[Key], undefined>;
	};
}
