/** The answer to a query, in the shapes that the Prometheus API has. */
import type { Labels } from "../values.ts";

/** A series with samples at instants of its own, in milliseconds. */
export interface SampledSeries {
	labels: Labels;
	times: Float64Array;
	values: Float64Array;
}

export type Answer = { warnings: string[]; infos: string[] } & (
	| { type: "matrix"; series: SampledSeries[] }
	| { type: "vector"; time: number; samples: { labels: Labels; value: number }[] }
	| { type: "scalar"; time: number; value: number }
	| { type: "string"; time: number; text: string }
);
