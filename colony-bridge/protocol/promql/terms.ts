/** Terms of PromQL that its syntax and its evaluation share. */

export const METRIC_NAME = "__name__";

export type ValueType = "scalar" | "vector" | "matrix" | "string";

export interface Matcher {
	name: string;
	type: "=" | "!=" | "=~" | "!~";
	/** A regular expression in RE2's syntax matches whole values. */
	value: string;
}

/** A query that has no answer: it does not parse, or cannot be evaluated. */
export class QueryError extends Error {
	override readonly name: string = "QueryError";
}
