/** How the numbers of a query's table came to be, in words. */
import type { TableQuery } from "../../../colony-bridge/protocol/layout.ts";
import { TABLE_RANGE } from "../../../colony-bridge/protocol/plan.ts";
import { rangeInWords } from "../../view/range.ts";

const WORDS: Record<NonNullable<TableQuery["aggregation"]>, string> = {
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

/** `average of 5 min, change against the 5 min before`. */
export function howRead({ aggregation = "last", timeRange = TABLE_RANGE }: TableQuery): string {
	const range = rangeInWords(timeRange);
	return `${WORDS[aggregation]}${aggregation === "last" ? "" : ` of ${range}`}, change against the ${range} before`;
}
