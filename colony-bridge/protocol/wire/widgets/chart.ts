import * as v from "valibot";
import { Aggregation, Duration, Selectors } from "../measure.ts";
import { Count } from "../names.ts";
import { optionsOf, specOf } from "./definition.ts";

const fields = {
	metrics: Selectors,
	chartType: v.picklist(["line", "bar", "area"]),
	timeRange: Duration,
	aggregation: v.optional(Aggregation),
	refreshIntervalMs: v.optional(v.pipe(Count, v.minValue(250))),
};
const spec = specOf("chart", fields);

/** Metrics over time. */
export const chart = {
	spec,
	options: optionsOf(fields, {
		chartType: v.optional(fields.chartType, "line"),
		timeRange: v.optional(fields.timeRange, "1h"),
	}),
	/** Errors and events are marked on its time axis. */
	marked: true,
	query: ({ metrics, timeRange, chartType, aggregation }: v.InferOutput<typeof spec>) => ({
		kind: "metrics" as const,
		selectors: metrics,
		range: timeRange,
		// A bar needs some width to be one.
		points: chartType === "bar" ? 40 : 180,
		...(aggregation && { aggregation }),
	}),
};
