/** The aggregation `count_values`: how many series of a group have each value. */

import type { Aggregation } from "../../../colony-bridge/protocol/promql/ast.ts";
import { fixedText } from "../../../colony-bridge/protocol/promql/go-float.ts";
import type { Work } from "../../work/work.ts";
import { QueryError, type Series } from "../values.ts";
import { groupLabels } from "./aggregation-groups.ts";
import type { Run } from "./run.ts";
import { Builder, built } from "./series.ts";

/** @param label that the values become */
export function* countValues(run: Run, expr: Aggregation, series: readonly Series[], label: string, steps: number): Work<Series[]> {
	if (label === "") throw new QueryError('invalid label name ""');
	const labelsOf = groupLabels({ without: expr.without, grouping: expr.without ? expr.grouping : [...expr.grouping, label] });
	const builders = new Map<string, Builder>();
	for (const { labels, values, present } of series) {
		/** By value, that of minus zero apart. */
		const known = new Map<number | string, Builder>();
		for (let i = 0; i < steps; i++) {
			if (!present[i]) continue;
			const value = values[i] as number;
			const key = Object.is(value, -0) ? "-0" : value;
			let builder = known.get(key);
			if (!builder) {
				const own = labelsOf(labels.with(label, fixedText(value)));
				builder = builders.get(own.key) ?? new Builder(run, own, steps);
				builders.set(own.key, builder);
				known.set(key, builder);
			}
			builder.set(i, builder.present[i] ? (builder.values[i] as number) + 1 : 1);
		}
		if (run.toll.due(steps)) yield run.toll.taken();
	}
	return built(builders.values());
}
