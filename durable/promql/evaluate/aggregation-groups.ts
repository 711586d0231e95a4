/** Series in groups by their labels. */
import type { Aggregation } from "../syntax/ast.ts";
import { type Labels, METRIC_NAME, type Series } from "../values.ts";

export interface Group {
	labels: Labels;
	members: Series[];
}

/** The labels that a group's series have in common. */
export function groupLabels({ grouping, without }: Pick<Aggregation, "grouping" | "without">): (of: Labels) => Labels {
	const names = new Set(grouping);
	if (!without) return (of) => of.keeping(names);
	names.add(METRIC_NAME);
	return (of) => of.without(names);
}

export function grouped(expr: Aggregation, series: readonly Series[]): Group[] {
	const labelsOf = groupLabels(expr);
	const groups = new Map<string, Group>();
	for (const each of series) {
		const labels = labelsOf(each.labels);
		const group = groups.get(labels.key);
		if (group) group.members.push(each);
		else groups.set(labels.key, { labels, members: [each] });
	}
	return [...groups.values()];
}
