/** A query over several lines, where it does not fit on one. */
import type { Expr } from "./ast.ts";
import { aggregationHead, operatorText, printed, subqueryText } from "./print.ts";

const INDENT = "  ";

/** @param line how many characters of a line are enough */
export function pretty(expr: Expr, line = 100): string {
	return indented(expr, line, 0);
}

/** @param level of indentation; 0: what stands before it is on its line */
function indented(expr: Expr, line: number, level: number): string {
	const indent = INDENT.repeat(level);
	const deeper = (inner: Expr) => indented(inner, line, level + 1);
	if (expr.kind === "unary") return `${indent}${expr.op}${indented(expr.expr, line, level).trim()}`;
	const text = printed(expr);
	if (text.length <= line) return expr.kind === "subquery" ? text : indent + text;
	switch (expr.kind) {
		case "aggregation": {
			const param = expr.param ? `${deeper(expr.param)},\n` : "";
			return `${indent}${aggregationHead(expr)}(\n${param}${deeper(expr.expr)}\n${indent})`;
		}
		case "binary":
			return `${deeper(expr.left)}\n${indent}${operatorText(expr)}\n${deeper(expr.right)}`;
		case "call":
			return `${indent}${expr.name}(\n${expr.args.map(deeper).join(",\n")}\n${indent})`;
		case "paren":
			return `${indent}(\n${deeper(expr.expr)}\n${indent})`;
		case "subquery":
			return `${indented(expr.expr, line, level)}${subqueryText(expr)}`;
		default:
			return indent + text;
	}
}
