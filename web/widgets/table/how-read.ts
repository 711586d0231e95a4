/** How the numbers of a query's table came to be, in words. */
import type { TableQuery } from "../../../colony-bridge/protocol/layout.ts";
import { TABLE_RANGE } from "../../../colony-bridge/protocol/plan.ts";
import { AGGREGATIONS } from "../../format/aggregation.ts";
import { rangeInWords } from "../../view/range.ts";

/** `average of 5 min, change against the 5 min before`. */
export function howRead({ aggregation = "last", timeRange = TABLE_RANGE }: TableQuery): string {
	const range = rangeInWords(timeRange);
	return `${AGGREGATIONS[aggregation]}${aggregation === "last" ? "" : ` of ${range}`}, change against the ${range} before`;
}
