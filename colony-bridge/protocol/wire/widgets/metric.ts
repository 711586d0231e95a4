import * as v from "valibot";
import { Aggregation, Selector } from "../measure.ts";
import { format, optionsOf, specOf } from "./definition.ts";

const fields = { metric: Selector, aggregation: v.optional(Aggregation), format };
const spec = specOf("metric", fields);

/** One number: the newest value of a metric, or its aggregation. */
export const metric = {
	spec,
	options: optionsOf(fields),
	query: ({ metric, aggregation }: v.InferOutput<typeof spec>) => ({
		kind: "metrics" as const,
		selectors: [metric],
		range: "15m",
		points: 60,
		fold: "together" as const,
		...(aggregation && { aggregation }),
	}),
};
