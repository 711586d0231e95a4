/** Series of two vectors in groups by the labels that an operator compares. */

import type { Matching } from "../../../colony-bridge/protocol/promql/ast.ts";
import type { Work } from "../../work/work.ts";
import { type Labels, METRIC_NAME, type Series } from "../values.ts";
import type { Run } from "./run.ts";
import { SERIES_UNITS } from "./series.ts";

/** Series of both sides with the same labels to match by. */
export interface MatchGroup {
	left: Series[];
	right: Series[];
}

/** The labels that are compared. */
export function matchLabels({ on, labels }: Matching): (of: Labels) => Labels {
	const names = new Set(labels);
	if (on) return (of) => of.keeping(names);
	names.add(METRIC_NAME);
	return (of) => of.without(names);
}

export function* matchGroups(run: Run, matching: Matching, left: readonly Series[], right: readonly Series[]): Work<MatchGroup[]> {
	const labelsOf = matchLabels(matching);
	const groups = new Map<string, MatchGroup>();
	const add = (side: keyof MatchGroup, series: Series) => {
		const { key } = labelsOf(series.labels);
		let group = groups.get(key);
		if (!group) {
			group = { left: [], right: [] };
			groups.set(key, group);
		}
		group[side].push(series);
	};
	for (const [side, all] of [
		["left", left],
		["right", right],
	] as const) {
		for (const series of all) {
			add(side, series);
			if (run.toll.due(SERIES_UNITS)) yield run.toll.taken();
		}
	}
	return [...groups.values()];
}
