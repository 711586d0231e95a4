import * as v from "valibot";
import { Count, Labels, MetricName, Text } from "./names.ts";

/** `counter` only rises (a fall is a restart), `gauge` goes both ways, `bucket` is a histogram's cumulative count under its `le` label. */
export const SeriesType = v.picklist(["counter", "gauge", "bucket"]);
export type SeriesType = v.InferOutput<typeof SeriesType>;

/** Definition of a series. Name and labels are its identity; the rest describes it. */
export const SeriesDefinition = v.object({
	name: MetricName,
	labels: v.optional(Labels),
	type: SeriesType,
	/** Unit of a value, in the words of OpenMetrics: `percent`, `ratio`, `bytes`, `megabytes`, `seconds`, `celsius`, or absent for a count. */
	unit: v.optional(v.pipe(v.string(), v.maxLength(40))),
	help: v.optional(Text),
});
export type SeriesDefinition = v.InferOutput<typeof SeriesDefinition>;

/** A bridge's number for a series, valid within its epoch: small, dense, from 0. */
export const SeriesId = v.pipe(Count, v.maxValue(1_000_000));
