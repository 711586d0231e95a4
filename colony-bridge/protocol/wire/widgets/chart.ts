import * as v from "valibot";
import { Aggregation, Duration, Expr, Selectors } from "../measure.ts";
import { Count } from "../names.ts";
import { eitherOrQuery, optionsOf, specOf } from "./definition.ts";

const fields = {
	metrics: v.optional(Selectors),
	/** PromQL, in place of metrics. */
	query: v.optional(Expr),
	chartType: v.picklist(["line", "bar", "area"]),
	timeRange: Duration,
	aggregation: v.optional(Aggregation),
	refreshIntervalMs: v.optional(v.pipe(Count, v.minValue(250))),
};
const spec = specOf("chart", fields);

/** Metrics over time. */
export const chart = {
	spec,
	options: eitherOrQuery(
		"metrics",
		optionsOf(fields, {
			chartType: v.optional(fields.chartType, "line"),
			timeRange: v.optional(fields.timeRange, "1h"),
		}),
	),
	/** Errors and events are marked on its time axis. */
	marked: true,
	query: ({ metrics = [], query, timeRange, chartType, aggregation }: v.InferOutput<typeof spec>) => {
		// A bar needs some width to be one.
		const own = { range: timeRange, points: chartType === "bar" ? 40 : 180 };
		if (query !== undefined) return { kind: "promql" as const, expr: query, ...own };
		return { kind: "metrics" as const, selectors: metrics, ...own, ...(aggregation && { aggregation }) };
	},
};
