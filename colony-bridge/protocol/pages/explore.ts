/**
 * The graph of the Metrics page as its address has it: one query a `q`, with how its samples become one value a step (`agg`), how its series
 * become one (`fold`) and how it is drawn (`draw`) at the same place of their own parameters, as the rows of a form are submitted.
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
	/** Name of its answer; absent where it cannot be asked. */
	graph?: `graph.${number}`;
	/** Why it cannot be asked. */
	error?: string;
}

/** Rows of the form that say something. */
export function explored({ q = [], agg = [], fold = [], draw = [] }: PageView): Explored[] {
	return q.flatMap((written, i) => {
		const text = written.trim();
		if (text === "") return [];
		const error = selectorError(text);
		return {
			text,
			...(agg[i] && { aggregation: agg[i] }),
			...(fold[i] && { fold: fold[i] }),
			draw: draw[i] || "line",
			...(error === undefined ? { graph: `graph.${i + 1}` as const } : { error }),
		};
	});
}

/** @returns what is wrong with it and how it is written right; undefined where nothing is. */
export function selectorError(text: string): string | undefined {
	if (parseSelector(text) !== undefined) return undefined;
	const [name = ""] = /^[^{]*/.exec(text) ?? [];
	if (!/^[A-Za-z_:][A-Za-z0-9_:]*$/.test(name)) {
		return `"${name || text}" is no metric's name: letters, digits, _ and : make one, and no digit begins it`;
	}
	if (!text.endsWith("}")) return 'the labels have no end: close them with }, as in cpu_percent{worker="worker-1"}';
	return `the labels ${text.slice(name.length)} cannot be read: write names and quoted values, as in {worker="worker-1",queue="a"}`;
}
