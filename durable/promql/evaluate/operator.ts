/** Operators on numbers. */
import type { Arithmetic, BinaryOp } from "../../../colony-bridge/protocol/promql/ast.ts";

/** @returns whether a comparison holds; undefined: it is none */
export function compared(op: BinaryOp, left: number, right: number): boolean | undefined {
	switch (op) {
		case "==":
			return left === right;
		case "!=":
			return left !== right;
		case "<":
			return left < right;
		case ">":
			return left > right;
		case "<=":
			return left <= right;
		case ">=":
			return left >= right;
		default:
			return undefined;
	}
}

export function calculated(op: Arithmetic, left: number, right: number): number {
	switch (op) {
		case "+":
			return left + right;
		case "-":
			return left - right;
		case "*":
			return left * right;
		case "/":
			return left / right;
		case "%":
			return left % right;
		case "atan2":
			return Math.atan2(left, right);
		case "^":
			return power(left, right);
	}
}

/** Same as IEEE 754: one to any power, and minus one to an infinite one, is one. */
function power(base: number, exponent: number): number {
	if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1;
	return base ** exponent;
}

const ARITHMETIC: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%", "^", "atan2"] satisfies Arithmetic[]);

/** Its result is something new, which the metric's name does not tell. */
export const isArithmetic = (op: BinaryOp): op is Arithmetic => ARITHMETIC.has(op);
export const isTrim = (op: BinaryOp): boolean => op === "</" || op === ">/";
