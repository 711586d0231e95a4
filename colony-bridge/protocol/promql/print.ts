/** A tree as text that parses to it, as Prometheus writes queries. */

import type { Aggregation, Binary, Duration, Expr, MatrixSelector, Shift, Subquery, VectorSelector } from "./ast.ts";
import { fixedText, generalText } from "./go-float.ts";
import { durationText, quoted } from "./literals.ts";
import { type Matcher, METRIC_NAME } from "./terms.ts";

export function printed(expr: Expr): string {
	switch (expr.kind) {
		case "number":
			return expr.duration ? durationText(expr.value) : fixedText(expr.value);
		case "string":
			return quoted(expr.text);
		case "selector":
			return `${selectorText(expr)}${atText(expr)}${extensionText(expr)}${offsetText(expr)}`;
		case "matrix":
			return matrixText(expr);
		case "subquery":
			return `${printed(expr.expr)}${subqueryText(expr)}`;
		case "call":
			return `${expr.name}(${expr.args.map(printed).join(", ")})`;
		case "aggregation":
			return `${aggregationHead(expr)}(${expr.param ? `${printed(expr.param)}, ` : ""}${printed(expr.expr)})`;
		case "binary":
			return `${printed(expr.left)} ${operatorText(expr)} ${printed(expr.right)}`;
		case "unary":
			return `${expr.op}${printed(expr.expr)}`;
		case "paren":
			return `(${printed(expr.expr)})`;
	}
}

const isPlainName = (name: string): boolean => /^[a-zA-Z_]\w*$/.test(name);
const names = (labels: readonly string[]): string => labels.map((label) => (isPlainName(label) ? label : quoted(label))).join(", ");

/** `sum by (job) `. */
export function aggregationHead({ op, grouping, without }: Aggregation): string {
	if (without) return `${op} without (${names(grouping)}) `;
	return grouping.length > 0 ? `${op} by (${names(grouping)}) ` : op;
}

/** `/ on (job) group_left ()`. */
export function operatorText({ op, bool, matching }: Binary): string {
	const parts: string[] = [bool ? `${op} bool` : op];
	if (!matching) return parts.join(" ");
	const { card, labels, on, include, fillLeft, fillRight } = matching;
	const grouping = card === "many-to-one" ? "group_left" : card === "one-to-many" ? "group_right" : undefined;
	if (labels.length > 0 || on || grouping) parts.push(`${on ? "on" : "ignoring"} (${names(labels)})`);
	if (grouping) parts.push(`${grouping} (${names(include)})`);
	if (fillLeft !== undefined && fillLeft === fillRight) parts.push(`fill (${generalText(fillLeft)})`);
	else {
		if (fillLeft !== undefined) parts.push(`fill_left (${generalText(fillLeft)})`);
		if (fillRight !== undefined) parts.push(`fill_right (${generalText(fillRight)})`);
	}
	return parts.join(" ");
}

export function matcherText({ name, type, value }: Matcher): string {
	return `${isPlainName(name) ? name : quoted(name)}${type}${quoted(value)}`;
}

function selectorText({ name, matchers }: VectorSelector): string {
	const isName = (matcher: Matcher) => matcher.name === METRIC_NAME && matcher.type === "=" && matcher.value === name && name !== "";
	const texts = matchers.filter((matcher) => !isName(matcher)).map(matcherText);
	return texts.length > 0 ? `${name}{${texts.sort().join(",")}}` : name === "" ? "{}" : name;
}

const extensionText = ({ extension }: VectorSelector): string => (extension ? ` ${extension}` : "");

function atText({ at }: Shift): string {
	if (at === undefined) return "";
	return typeof at === "number" ? ` @ ${(at / 1000).toFixed(3)}` : ` @ ${at}()`;
}

function offsetText({ offset }: Shift): string {
	if (!offset || (offset.kind === "number" && offset.value === 0)) return "";
	return ` offset ${offset.kind === "number" ? durationText(offset.value) : arithmeticText(offset)}`;
}

function matrixText({ selector, range }: MatrixSelector): string {
	return `${selectorText(selector)}[${rangeText(range)}]${extensionText(selector)}${atText(selector)}${offsetText(selector)}`;
}

/** `[5m:1m] @ 10 offset 1m`. */
export function subqueryText(subquery: Subquery): string {
	const { range, step } = subquery;
	return `[${rangeText(range)}:${step ? rangeText(step) : ""}]${atText(subquery)}${offsetText(subquery)}`;
}

const rangeText = (range: Duration): string => (range.kind === "number" ? durationText(range.value) : arithmeticText(range));

function arithmeticText(duration: Duration): string {
	if (duration.kind === "number") return printed(duration);
	const { op, left, right, wrapped } = duration;
	const operand = (side: Duration | undefined) => (side ? arithmeticText(side) : "");
	let text: string;
	if (op === "step" || op === "range") text = `${op}()`;
	else if (op === "min_of" || op === "max_of") text = `${op}(${operand(left)}, ${operand(right)})`;
	else if (left) text = `${operand(left)} ${op} ${operand(right)}`;
	else text = `${op === "-" ? "-" : ""}${operand(right)}`;
	return wrapped ? `(${text})` : text;
}
