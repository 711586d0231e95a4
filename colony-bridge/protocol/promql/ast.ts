/** The tree of a query. */

import { SIGNATURES } from "./signatures.ts";
import type { Matcher, ValueType } from "./terms.ts";

/** Place of a node in the query: characters from `start` to `end`, exclusive. */
export interface Place {
	readonly start: number;
	readonly end: number;
}

export interface NumberLiteral {
	kind: "number";
	value: number;
	/** It was written as a duration: `5m`. */
	duration: boolean;
	place: Place;
}

export interface StringLiteral {
	kind: "string";
	text: string;
	place: Place;
}

/** Arithmetic on durations: `5m + step()`. Without `left` it has one operand, `step()` and `range()` have none. */
export interface DurationExpression {
	kind: "duration";
	op: "+" | "-" | "*" | "/" | "%" | "^" | "step" | "range" | "min_of" | "max_of";
	left?: Duration;
	right?: Duration;
	/** It stands in parentheses. */
	wrapped: boolean;
	place: Place;
}
/** Seconds. */
export type Duration = NumberLiteral | DurationExpression;

/** When a selector or subquery is read in place of the instant evaluated. */
export interface Shift {
	offset?: Duration;
	/** Milliseconds since 1970, or an end of the query's range. */
	at?: number | "start" | "end";
}

export type Extension = "anchored" | "smoothed";

export interface VectorSelector extends Shift {
	kind: "selector";
	/** Name before the braces; a matcher for it is among `matchers`. */
	name: string;
	matchers: Matcher[];
	extension?: Extension;
	/** The second argument of `info` may match anything. */
	mayMatchAll?: true;
	place: Place;
}

export interface MatrixSelector {
	kind: "matrix";
	selector: VectorSelector;
	range: Duration;
	place: Place;
}

export interface Subquery extends Shift {
	kind: "subquery";
	expr: Expr;
	range: Duration;
	step?: Duration;
	place: Place;
}

export interface FunctionCall {
	kind: "call";
	name: string;
	args: Expr[];
	place: Place;
}

export const AGGREGATIONS = [
	"avg",
	"bottomk",
	"count",
	"count_values",
	"group",
	"limit_ratio",
	"limitk",
	"max",
	"min",
	"quantile",
	"stddev",
	"stdvar",
	"sum",
	"topk",
] as const;
export type AggregationOp = (typeof AGGREGATIONS)[number];
/** Those with a parameter, and its type. */
export const PARAMETERS: Partial<Record<AggregationOp, ValueType>> = {
	bottomk: "scalar",
	count_values: "string",
	limit_ratio: "scalar",
	limitk: "scalar",
	quantile: "scalar",
	topk: "scalar",
};

export interface Aggregation {
	kind: "aggregation";
	op: AggregationOp;
	expr: Expr;
	param?: Expr;
	grouping: string[];
	without: boolean;
	place: Place;
}

export type Arithmetic = "+" | "-" | "*" | "/" | "%" | "^" | "atan2";
export type Comparison = "==" | "!=" | "<" | ">" | "<=" | ">=";
export type SetOperator = "and" | "or" | "unless";
/** Operators of native histograms. */
export type Trim = "</" | ">/";
export type BinaryOp = Arithmetic | Comparison | SetOperator | Trim;

export const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", ">", "<=", ">="] satisfies Comparison[]);
export const SET_OPERATORS: ReadonlySet<string> = new Set(["and", "or", "unless"] satisfies SetOperator[]);

export interface Matching {
	card: "one-to-one" | "many-to-one" | "one-to-many" | "many-to-many";
	/** Labels that are equal (`on`), or are not looked at. */
	labels: string[];
	on: boolean;
	/** Labels taken from the side that has one series. */
	include: string[];
	fillLeft?: number;
	fillRight?: number;
}

export interface Binary {
	kind: "binary";
	op: BinaryOp;
	left: Expr;
	right: Expr;
	bool: boolean;
	/** Matching of two vectors. */
	matching?: Matching;
	place: Place;
}

export interface Unary {
	kind: "unary";
	op: "+" | "-";
	expr: Expr;
	place: Place;
}

export interface Paren {
	kind: "paren";
	expr: Expr;
	place: Place;
}

export type Expr =
	| NumberLiteral
	| StringLiteral
	| VectorSelector
	| MatrixSelector
	| Subquery
	| FunctionCall
	| Aggregation
	| Binary
	| Unary
	| Paren;

export function typeOf(expr: Expr): ValueType {
	switch (expr.kind) {
		case "number":
			return "scalar";
		case "string":
			return "string";
		case "selector":
		case "aggregation":
			return "vector";
		case "matrix":
		case "subquery":
			return "matrix";
		case "call":
			return SIGNATURES.get(expr.name)?.returns ?? "vector";
		case "binary":
			return typeOf(expr.left) === "scalar" && typeOf(expr.right) === "scalar" ? "scalar" : "vector";
		case "unary":
		case "paren":
			return typeOf(expr.expr);
	}
}

export function childrenOf(expr: Expr): readonly Expr[] {
	switch (expr.kind) {
		case "number":
		case "string":
		case "selector":
			return [];
		case "matrix":
			return [expr.selector];
		case "call":
			return expr.args;
		case "aggregation":
			return expr.param ? [expr.expr, expr.param] : [expr.expr];
		case "binary":
			return [expr.left, expr.right];
		case "subquery":
		case "unary":
		case "paren":
			return [expr.expr];
	}
}

/** The expression inside any number of parentheses. */
export function bare(expr: Expr): Expr {
	let inner = expr;
	while (inner.kind === "paren") inner = inner.expr;
	return inner;
}
