/**
 * Operators in their order of precedence. The grammar leaves it open what `offset`, `@` and brackets belong to, and reads `-2^2` as `(-2)^2`: so
 * operands and operators are taken from it in a row, and put together here.
 */
import type { Binary, BinaryOp, Expr, Place, Unary } from "./ast.ts";

export type Item =
	| { is: "operand"; expr: Expr }
	| { is: "sign"; op: "+" | "-"; start: number }
	/** `offset 5m`, `[5m]`. @returns the operand with it */
	| { is: "suffix"; applied: (operand: Expr) => Expr }
	| { is: "operator"; op: BinaryOp; rest: Pick<Binary, "bool"> & Required<Pick<Binary, "matching">>; place: Place };

const PRECEDENCE: Record<BinaryOp, number> = {
	or: 1,
	and: 2,
	unless: 2,
	"==": 3,
	"!=": 3,
	"<": 3,
	">": 3,
	"<=": 3,
	">=": 3,
	"</": 3,
	">/": 3,
	"+": 4,
	"-": 4,
	"*": 5,
	"/": 5,
	"%": 5,
	atan2: 5,
	"^": 6,
};
/** A sign binds as `*` does: more loosely than `^`. */
const AFTER_SIGN = PRECEDENCE["*"] + 1;

export function associated(items: readonly Item[]): Expr {
	let at = 0;

	function operand(): Expr {
		const item = items[at++];
		if (item?.is === "sign") return signed(item.op, item.start, chain(AFTER_SIGN));
		if (item?.is !== "operand") throw new RangeError("the grammar gave an operator without an operand");
		let expr = item.expr;
		for (let next = items[at]; next?.is === "suffix"; next = items[at]) {
			expr = next.applied(expr);
			at++;
		}
		return expr;
	}

	/** Operators of at least this precedence, with their operands. */
	function chain(least: number): Expr {
		let left = operand();
		for (let next = items[at]; next?.is === "operator" && PRECEDENCE[next.op] >= least; next = items[at]) {
			at++;
			const right = chain(PRECEDENCE[next.op] + (next.op === "^" ? 0 : 1));
			left = { kind: "binary", op: next.op, left, right, ...next.rest, place: { start: left.place.start, end: right.place.end } };
		}
		return left;
	}

	return chain(0);
}

function signed(op: Unary["op"], start: number, expr: Expr): Expr {
	const place = { start, end: expr.place.end };
	if (expr.kind === "number") return { ...expr, value: op === "-" ? -expr.value : expr.value, place };
	return { kind: "unary", op, expr, place };
}
