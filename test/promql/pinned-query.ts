/** Pins the selectors of a query to an instant: it then has the same answer at every other. */
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";

/** Functions whose value depends on the instant of the evaluation although their arguments are pinned. */
const UNPINNABLE = new Set(
	"days_in_month day_of_month day_of_week day_of_year end hour minute month year predict_linear range start step time timestamp".split(" "),
);
const SELECTORS = new Set(["VectorSelector", "MatrixSelector", "SubqueryExpr"]);
const MODIFIED = new Set(["OffsetExpr", "AnchoredExpr", "SmoothedExpr"]);

/** @param at ms. @returns undefined where a function of the query cannot be pinned */
export function pinnedQuery(query: string, at: number): string | undefined {
	const instant = (at / 1000).toFixed(3);
	const edits: { from: number; to: number; text: string }[] = [];
	let pinnable = true;
	const visit = (node: SyntaxNode, pinned: boolean): void => {
		if (node.name === "FunctionIdentifier" && UNPINNABLE.has(query.slice(node.from, node.to))) pinnable = false;
		if (node.name === "StepInvariantExpr") {
			const boundary = node.getChild("AtModifierPreprocessors");
			if (boundary) edits.push({ from: boundary.from, to: node.to, text: instant });
			if (node.firstChild) visit(node.firstChild, true);
		} else if (SELECTORS.has(node.name)) {
			// What a subquery selects follows the instants of its own steps.
			if (!pinned) edits.push({ from: node.to, to: node.to, text: ` @ ${instant}` });
		} else {
			for (let child = node.firstChild; child; child = child.nextSibling) visit(child, pinned && MODIFIED.has(node.name));
		}
	};
	visit(parser.parse(query).topNode, false);
	if (!pinnable) return undefined;
	let text = query;
	for (const { from, to, text: put } of edits.sort((a, b) => b.from - a.from)) text = text.slice(0, from) + put + text.slice(to);
	return text;
}
