/**
 * The graph of the Metrics page as its address has it: one query a `q`, a selector or PromQL. How a selector's samples become one value a step
 * (`agg`), how its series become one (`fold`) and how it is drawn (`draw`) are at the same place of their own parameters, as the rows of a form are submitted.
 */

import type { Fold } from "../query/query.ts";
import type { Aggregation } from "../wire/measure.ts";
import { parseSelector } from "../wire/selector.ts";
import type { PageView } from "./page-view.ts";

export interface Explored {
	/** Text as it was written. */
	text: string;
	aggregation?: Aggregation;
	fold?: Fold;
	draw: "line" | "area" | "bar";
	/** Name of its answer: a plain selector's is `graph`, with the form's aggregations; any other text is PromQL. */
	graph: `graph.${number}` | `expr.${number}`;
}

export const isPromql = ({ graph }: Pick<Explored, "graph">): boolean => graph.startsWith("expr.");

/** Rows of the form that say something. */
export function explored({ q = [], agg = [], fold = [], draw = [] }: PageView): Explored[] {
	return q.flatMap((written, i) => {
		const text = written.trim();
		if (text === "") return [];
		return {
			text,
			...(agg[i] && { aggregation: agg[i] }),
			...(fold[i] && { fold: fold[i] }),
			draw: draw[i] || "line",
			graph: parseSelector(text) === undefined ? `expr.${i + 1}` : `graph.${i + 1}`,
		};
	});
}
