/** What a number is of the samples it was made of, in words. */
import type { TableQuery } from "../../colony-bridge/protocol/layout.ts";

// A list of its own: the browser takes no schema along.
export const AGGREGATIONS: Record<NonNullable<TableQuery["aggregation"]>, string> = {
	last: "newest value",
	avg: "average",
	min: "lowest",
	max: "highest",
	sum: "sum",
	rate: "rate a second",
	increase: "increase",
	p50: "median",
	p95: "95th percentile",
	p99: "99th percentile",
};
