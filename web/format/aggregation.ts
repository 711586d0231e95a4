/** The aggregation of samples and series behind a number, in words. */
import type { TableQuery } from "../../colony-bridge/protocol/wire/widgets/table.ts";

// Written out here, so that the browser does not load the schema.
export const AGGREGATIONS: Record<NonNullable<TableQuery["aggregation"]>, string> = {
	last: "newest value",
	avg: "mean",
	min: "lowest",
	max: "highest",
	sum: "sum",
	rate: "rate per second",
	increase: "increase",
	p50: "median",
	p95: "95th percentile",
	p99: "99th percentile",
};
export const FOLDS = { sum: "sum", avg: "mean", min: "lowest", max: "highest" } as const;

/** Shown besides a number whose aggregation is not obvious. */
const READ: Partial<Record<keyof typeof AGGREGATIONS, string>> = {
	rate: "per second",
	increase: "increase",
	p50: "median",
	p95: "95th percentile",
	p99: "99th percentile",
};

interface Made {
	aggregation: keyof typeof AGGREGATIONS;
	across?: { fold: keyof typeof FOLDS; series: number };
}

/** `sum of 10, per second`, `mean of 8`; "" for a plain sample. */
export function madeOf({ aggregation, across }: Made): string {
	const folded = across && across.series > 1 ? `${FOLDS[across.fold]} of ${across.series}` : undefined;
	return [folded, READ[aggregation]].filter(Boolean).join(", ");
}
