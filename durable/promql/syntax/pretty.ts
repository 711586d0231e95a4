/** A query over several lines, where it does not fit on one. */
import type { Expr } from "./ast.ts";
import { aggregationHead, operatorText, printed, subqueryText } from "./print.ts";

const LINE = 100;
const INDENT = "  ";

/** @param level of indentation; 0: what stands before it is on its line */
export function pretty(expr: Expr, level = 0): string {
	const indent = INDENT.repeat(level);
	const text = printed(expr);
	if (expr.kind === "unary") return `${indent}${expr.op}${pretty(expr.expr, level).trim()}`;
	if (text.length <= LINE) return expr.kind === "subquery" ? text : indent + text;
	switch (expr.kind) {
		case "aggregation": {
			const param = expr.param ? `${pretty(expr.param, level + 1)},\n` : "";
			return `${indent}${aggregationHead(expr)}(\n${param}${pretty(expr.expr, level + 1)}\n${indent})`;
		}
		case "binary":
			return `${pretty(expr.left, level + 1)}\n${indent}${operatorText(expr)}\n${pretty(expr.right, level + 1)}`;
		case "call":
			return `${indent}${expr.name}(\n${expr.args.map((arg) => pretty(arg, level + 1)).join(",\n")}\n${indent})`;
		case "paren":
			return `${indent}(\n${pretty(expr.expr, level + 1)}\n${indent})`;
		case "subquery":
			return `${pretty(expr.expr, level)}${subqueryText(expr)}`;
		default:
			return indent + text;
	}
}
