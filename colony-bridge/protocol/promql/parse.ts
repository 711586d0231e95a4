/** From the text of a query to its tree, or to the first thing that is wrong with it. */

import type { Expr } from "./ast.ts";
import { Checker, type Syntax } from "./check.ts";
import { childrenIn, read } from "./grammar.ts";
import { ParseError, type Refuse } from "./parse-error.ts";
import type { Matcher } from "./terms.ts";
import { described, operatorsIn, tokensOf } from "./tokens.ts";
import { TreeReader } from "./tree.ts";

/** Far more than anybody writes. The tree is walked recursively, so its depth is bounded too. */
export const MOST_CHARS = 20_000;
const MOST_DEPTH = 600;
/** From so many on the grammar loses its place in a query that has no fault: with plain operands at 550, with long ones at 185. */
const MANY_OPERATORS = 180;

/** The syntax of a stock Prometheus. */
export const STOCK_SYNTAX: Syntax = {
	experimentalFunctions: false,
	durationExpressions: false,
	extendedRanges: false,
	fillModifiers: false,
};
export const FULL_SYNTAX: Syntax = { experimentalFunctions: true, durationExpressions: true, extendedRanges: true, fillModifiers: true };

/** Name of a grammar's node in an error, and what could follow there. */
const READING: Record<string, string> = {
	LabelMatchers: "label matching",
	UnquotedLabelMatcher: "label matching",
	QuotedLabelMatcher: "label matching",
	GroupingLabels: "grouping opts",
	AggregateExpr: "aggregation",
	OffsetExpr: "offset, expected number, duration, step(), or range()",
	StepInvariantExpr: "@, expected timestamp",
	MatrixSelector: 'subquery or range, expected ":" or "]"',
	SubqueryExpr: "subquery selector",
	DurationExpr: "subquery or range selector",
};

/** @throws ParseError */
export function parse(query: string, syntax: Syntax = FULL_SYNTAX): Expr {
	const refuse: Refuse = (place, reason) => {
		throw new ParseError(query, place, reason);
	};
	if (query.length > MOST_CHARS) refuse({ start: MOST_CHARS, end: query.length }, `a query has at most ${MOST_CHARS} characters`);
	const { tokens, grammatical } = tokensOf(query, refuse);
	if (tokens.length === 0) refuse({ start: 0, end: 0 }, "no expression found in input");
	const whole = { start: 0, end: query.length };
	const reading = read(grammatical);
	if ("fault" in reading) {
		const operators = operatorsIn(tokens);
		if (operators > MANY_OPERATORS) refuse(whole, `${operators} operators are more than can be read in one query: split it`);
		const token = tokens.find(({ end }) => end > reading.fault);
		const context = READING[reading.reading];
		const place = token ?? { start: query.length, end: query.length };
		refuse(place, `unexpected ${described(token)}${context === undefined ? "" : ` in ${context}`}`);
	}
	if (reading.depth > MOST_DEPTH) refuse(whole, `operators and parentheses nest deeper than ${MOST_DEPTH}: split the query`);
	const [top] = childrenIn(reading.root);
	if (!top) refuse(whole, "no expression found in input");
	const expr = new TreeReader(query, refuse).expr(top);
	new Checker(query, syntax, refuse).check(expr);
	return expr;
}

/** The matchers of a selector without offset and `@`: `up{job="a"}`. @throws ParseError */
export function parseSelector(text: string): Matcher[] {
	const expr = parse(text, STOCK_SYNTAX);
	if (expr.kind !== "selector" || expr.offset || expr.at !== undefined || expr.extension) {
		throw new ParseError(text, expr.place, "expected a series selector: a metric name, matchers in braces, or both");
	}
	return expr.matchers;
}
