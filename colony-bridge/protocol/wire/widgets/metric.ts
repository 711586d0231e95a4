import * as v from "valibot";
import { Aggregation, Expr, Selector } from "../measure.ts";
import { eitherOrQuery, format, optionsOf, specOf } from "./definition.ts";

const fields = {
	metric: v.optional(Selector),
	/** PromQL, in place of a metric: its first series counts. */
	query: v.optional(Expr),
	aggregation: v.optional(Aggregation),
	format,
};
const spec = specOf("metric", fields);

/** One number: the newest value of a metric, or its aggregation. */
export const metric = {
	spec,
	options: eitherOrQuery("metric", optionsOf(fields)),
	query: ({ metric = "", query, aggregation }: v.InferOutput<typeof spec>) => {
		const own = { range: "15m", points: 60 };
		if (query !== undefined) return { kind: "promql" as const, expr: query, ...own };
		return { kind: "metrics" as const, selectors: [metric], fold: "together" as const, ...own, ...(aggregation && { aggregation }) };
	},
};
