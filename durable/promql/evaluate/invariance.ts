/** Expressions with the same value at each step are evaluated once: those read at one instant (`@`), and all made from them alone. */
import { bare, type Expr } from "../../../colony-bridge/protocol/promql/ast.ts";

/** Functions of the instant evaluated, or of how far it is from their samples. */
const OF_THE_INSTANT = new Set(
	"days_in_month day_of_month day_of_week day_of_year hour minute month year predict_linear time timestamp".split(" "),
);

export class Invariance {
	readonly #known = new Map<Expr, boolean>();

	/** @returns whether it is worth evaluating once: literals cost nothing, and ranges are no values of steps */
	isEvaluatedOnce(expr: Expr): boolean {
		switch (expr.kind) {
			case "number":
			case "string":
			case "matrix":
			case "subquery":
				return false;
			case "paren":
				return this.isEvaluatedOnce(expr.expr);
			default:
				return this.#isInvariant(expr);
		}
	}

	#isInvariant(expr: Expr): boolean {
		const known = this.#known.get(expr);
		if (known !== undefined) return known;
		const found = this.#find(expr);
		this.#known.set(expr, found);
		return found;
	}

	#find(expr: Expr): boolean {
		switch (expr.kind) {
			case "number":
			case "string":
				return true;
			case "selector":
			case "subquery":
				return expr.at !== undefined;
			case "matrix":
				return expr.selector.at !== undefined;
			case "call": {
				const inner = expr.args.every((arg) => this.#isInvariant(bare(arg)));
				if (expr.name === "timestamp") return inner && expr.args.every((arg) => bare(arg).kind === "selector");
				return inner && !OF_THE_INSTANT.has(expr.name);
			}
			// A parameter is that of the first step.
			case "aggregation":
				return this.#isInvariant(expr.expr);
			case "binary":
				return this.#isInvariant(expr.left) && this.#isInvariant(expr.right);
			case "unary":
			case "paren":
				return this.#isInvariant(expr.expr);
		}
	}
}
