import * as v from "valibot";
import { Expr, Selector } from "../measure.ts";
import { Value } from "../names.ts";
import { eitherOrQuery, format, optionsOf, specOf } from "./definition.ts";

/** None below the one before, or none above. */
const inOrder = (values: readonly number[]): boolean =>
	[1, -1].some((way) => values.every((value, i) => i === 0 || way * (value - (values[i - 1] as number)) >= 0));

const fields = {
	metric: v.optional(Selector),
	/** PromQL, in place of a metric: its first series counts. */
	query: v.optional(Expr),
	minValue: Value,
	maxValue: Value,
	format,
	/** Colour name to the upper end of its band, e.g. `{green: 70, yellow: 85, red: 100}`. */
	thresholds: v.optional(
		v.pipe(
			v.record(v.picklist(["green", "yellow", "red"]), Value),
			v.check(
				(ends) => inOrder(["green", "yellow", "red"].flatMap((colour) => ends[colour as keyof typeof ends] ?? [])),
				"thresholds are the upper ends of bands and rise from green to yellow to red, or fall where less is worse: {green: 70, yellow: 85, red: 100}",
			),
		),
	),
};
const spec = specOf("gauge", fields);

/** One number on a scale. */
export const gauge = {
	spec,
	options: v.pipe(
		eitherOrQuery("metric", optionsOf(fields, { minValue: v.optional(Value, 0), maxValue: v.optional(Value, 100) })),
		v.check(({ minValue, maxValue }) => minValue < maxValue, "minValue is below maxValue"),
	),
	query: ({ metric = "", query }: v.InferOutput<typeof spec>) =>
		query === undefined
			? { kind: "metrics" as const, selectors: [metric], range: "5m", points: 1 }
			: { kind: "promql" as const, expr: query, range: "5m", points: 1 },
};
