/** Pins the selectors of a query to an instant: it then has the same answer at every other. */
import { childrenOf, type Expr } from "../../colony-bridge/protocol/promql/ast.ts";
import { parse } from "../../colony-bridge/protocol/promql/parse.ts";
import { ParseError } from "../../colony-bridge/protocol/promql/parse-error.ts";
import { printed } from "../../colony-bridge/protocol/promql/print.ts";

/** Functions whose value depends on the instant of the evaluation although their arguments are pinned. */
const UNPINNABLE = new Set(
	"days_in_month day_of_month day_of_week day_of_year end hour minute month year predict_linear range start step time timestamp".split(" "),
);

/** @param at ms. @returns undefined where it is no query, or a function of it cannot be pinned */
export function pinnedQuery(query: string, at: number): string | undefined {
	try {
		const expr = parse(query);
		return pin(expr, at) ? printed(expr) : undefined;
	} catch (error) {
		if (error instanceof ParseError) return undefined;
		throw error;
	}
}

/** @returns whether it could be. What a subquery selects follows the instants of its own steps. */
function pin(expr: Expr, at: number): boolean {
	if (expr.kind === "call" && UNPINNABLE.has(expr.name)) return false;
	if ((expr.kind === "selector" || expr.kind === "subquery") && typeof expr.at !== "number") expr.at = at;
	return (expr.kind === "subquery" ? [] : childrenOf(expr)).every((child) => pin(child, at));
}
