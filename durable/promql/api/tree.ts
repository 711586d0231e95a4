/** The tree of a query as `parse_query` gives it. */

import type {
	Aggregation,
	Binary,
	Duration,
	Expr,
	FunctionCall,
	Shift,
	VectorSelector,
} from "../../../colony-bridge/protocol/promql/ast.ts";
import { fixedText } from "../../../colony-bridge/protocol/promql/go-float.ts";
import { SIGNATURES } from "../../../colony-bridge/protocol/promql/signatures.ts";

/** JSON of the API: fields are named as Prometheus names them. */
export type TreeNode = Record<string, unknown>;

export function treeOf(expr: Expr): TreeNode {
	switch (expr.kind) {
		case "number":
			return { type: "numberLiteral", val: fixedText(expr.value) };
		case "string":
			return { type: "stringLiteral", val: expr.text };
		case "paren":
			return { type: "parenExpr", expr: treeOf(expr.expr) };
		case "unary":
			return { type: "unaryExpr", op: expr.op, expr: treeOf(expr.expr) };
		case "call":
			return callOf(expr);
		case "aggregation":
			return aggregationOf(expr);
		case "binary":
			return binaryOf(expr);
		case "selector":
			return { type: "vectorSelector", ...selectorOf(expr) };
		case "matrix":
			return { type: "matrixSelector", ...selectorOf(expr.selector), ...timed("range", expr.range) };
		case "subquery":
			return {
				type: "subquery",
				expr: treeOf(expr.expr),
				...timed("range", expr.range),
				...timed("step", expr.step),
				...shiftOf(expr),
			};
	}
}

function callOf({ name, args }: FunctionCall): TreeNode {
	const { args: argTypes = [], variadic = 0, returns = "vector" } = SIGNATURES.get(name) ?? {};
	return { type: "call", func: { name, argTypes, variadic, returnType: returns }, args: args.map(treeOf) };
}

function aggregationOf({ op, expr, param, grouping, without }: Aggregation): TreeNode {
	return { type: "aggregation", op, expr: treeOf(expr), param: param ? treeOf(param) : null, grouping, without };
}

function binaryOf({ op, left, right, bool, matching }: Binary): TreeNode {
	return {
		type: "binaryExpr",
		op,
		lhs: treeOf(left),
		rhs: treeOf(right),
		matching: matching
			? {
					card: matching.card,
					labels: matching.labels,
					on: matching.on,
					include: matching.include,
					fillValues: { lhs: matching.fillLeft ?? null, rhs: matching.fillRight ?? null },
				}
			: null,
		bool,
	};
}

function selectorOf(selector: VectorSelector): TreeNode {
	const { name, matchers, extension } = selector;
	return { name, matchers, ...shiftOf(selector), anchored: extension === "anchored", smoothed: extension === "smoothed" };
}

function shiftOf({ offset, at }: Shift): TreeNode {
	return {
		...timed("offset", offset),
		timestamp: typeof at === "number" ? at : null,
		startOrEnd: typeof at === "string" ? at : null,
	};
}

/** A duration in milliseconds, or the expression that computes it. */
function timed(field: string, duration: Duration | undefined): TreeNode {
	const ms = duration?.kind === "number" ? Math.round(duration.value * 1000) : 0;
	return { [field]: ms, [`${field}Expr`]: duration?.kind === "duration" ? durationOf(duration) : null };
}

function durationOf(duration: Duration): TreeNode {
	if (duration.kind === "number") return { type: "numberLiteral", val: fixedText(duration.value), duration: duration.duration };
	const { op, left, right, wrapped } = duration;
	return { type: "durationExpr", op, lhs: left ? durationOf(left) : null, rhs: right ? durationOf(right) : null, wrapped };
}
