import * as v from "valibot";
import { Aggregation, Duration, durationMs, Selector } from "../../colony-bridge/protocol/layout.ts";
import { LIMITS } from "../../colony-bridge/protocol/limits.ts";
import type { MetricsAnswer } from "../../colony-bridge/protocol/rest.ts";
import { Fold, type Samples } from "../../colony-bridge/protocol/view.ts";
import { clusterAnswers } from "../cluster-answers.ts";
import { isoInstant } from "../iso-instant.ts";
import { jsonResponse } from "../json-response.ts";
import { countParameter, instantParameter, withQuery } from "../query-parameters.ts";
import { splitSelectors } from "../selector-list.ts";

const NAMES = 'give one or more metric names with commas between: names=cpu_percent,tasks_total or names=cpu_percent{worker="worker-1"}';

/** An answer holds a bounded number of values: fewer points a series leave room for more series. */
const POINTS_EACH = 400;

const HEADER_CHARS = 4000;

const MetricsQuery = v.pipe(
	v.object(
		{
			names: v.pipe(
				v.union([v.string(), v.array(v.string())], NAMES),
				v.transform((value) => [...new Set([value].flat().flatMap(splitSelectors))]),
				v.minLength(1, NAMES),
				v.maxLength(LIMITS.selectors, (issue) => `${issue.input.length} names; ask for at most ${LIMITS.selectors} at once`),
				v.array(Selector),
			),
			range: v.optional(Duration),
			start: v.optional(instantParameter),
			end: v.optional(instantParameter),
			step: v.optional(Duration),
			aggregation: v.optional(Aggregation),
			/** `each`: every series of a name by itself, under its own name with labels. */
			fold: v.optional(Fold),
			points: v.optional(countParameter(LIMITS.points)),
		},
		NAMES,
	),
	v.forward(
		v.check(({ start, range }) => start === undefined || range === undefined, "give start or range, not both"),
		["start"],
	),
	v.forward(
		v.check(({ start, end }) => start === undefined || end === undefined || start < end, "start is before end"),
		["start"],
	),
	v.forward(
		v.check(({ step }) => step === undefined || durationMs(step) >= 1000, "a step is 1s or longer"),
		["step"],
	),
);

/** A query a name, all answered at one position of the log: so each answer is known to be its name's, folded or not. */
export const getMetrics = withQuery(MetricsQuery, async (context, { names, ...given }) => {
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
		...(unknown.length > 0 && { "Unknown-Metrics": headerList(unknown) }),
		...(left > 0 && { "Series-Left-Out": String(left) }),
	});
});

function named(name: string, samples: Samples, each: boolean): [string, MetricsAnswer[string]][] {
	return samples.series.map(({ key, at, values }) => [
		each ? key : name,
		at.map((instant, i) => ({ timestamp: isoInstant(instant), value: values[i] as number })),
	]);
}

/** Names with commas between. Label values may hold any character, a header may not; nor may it be of any length. */
function headerList(names: string[]): string {
	let text = "";
	for (const [at, name] of names.map(encodeURI).entries()) {
		if (text.length + name.length > HEADER_CHARS) return `${text} and ${names.length - at} more`;
		text += at === 0 ? name : `,${name}`;
	}
	return text;
}

/** Without the fields that are undefined. */
function defined<T extends object>(fields: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
		[Key in keyof T]: Exclude<T[Key], undefined>;
	};
}
