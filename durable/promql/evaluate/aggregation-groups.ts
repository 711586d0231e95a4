/** Series in groups by their labels. */

import type { Aggregation } from "../../../colony-bridge/protocol/promql/ast.ts";
import type { Work } from "../../work/work.ts";
import { type Labels, METRIC_NAME, type Series } from "../values.ts";
import type { Run } from "./run.ts";
import { Builder, SERIES_UNITS } from "./series.ts";

export interface Group {
	labels: Labels;
	members: Series[];
}

/** For the result of a group: its name is dropped if that of one of its series is. */
export const builderOf = (run: Run, { labels, members }: Group, steps: number): Builder =>
	new Builder(
		run,
		labels,
		steps,
		members.some(({ dropName }) => dropName),
	);

/** The labels that a group's series have in common. */
export function groupLabels({ grouping, without }: Pick<Aggregation, "grouping" | "without">): (of: Labels) => Labels {
	const names = new Set(grouping);
	if (!without) return (of) => of.keeping(names);
	names.add(METRIC_NAME);
	return (of) => of.without(names);
}

export function* grouped(run: Run, expr: Aggregation, series: readonly Series[]): Work<Group[]> {
	const labelsOf = groupLabels(expr);
	const groups = new Map<string, Group>();
	for (const each of series) {
		const labels = labelsOf(each.labels);
		const group = groups.get(labels.key);
		if (group) group.members.push(each);
		else groups.set(labels.key, { labels, members: [each] });
		if (run.toll.due(SERIES_UNITS)) yield run.toll.taken();
	}
	return [...groups.values()];
}
