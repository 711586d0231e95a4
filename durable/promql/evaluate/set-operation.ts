/** `and`, `or` and `unless`: series of one side, at the steps at which the other has any with the same labels, or none. */

import type { BinaryOp } from "../../../colony-bridge/protocol/promql/ast.ts";
import type { Work } from "../../work/work.ts";
import type { Series } from "../values.ts";
import type { MatchGroup } from "./match-groups.ts";
import type { Run } from "./run.ts";

export function* setOperation(run: Run, op: BinaryOp, groups: readonly MatchGroup[], steps: number): Work<Series[]> {
	const left: Series[] = [];
	const right: Series[] = [];
	for (const group of groups) {
		if (op === "or") {
			left.push(...group.left);
			right.push(...where(group.right, present(group.left, steps), false));
		} else left.push(...where(group.left, present(group.right, steps), op === "and"));
		if (run.toll.due(((group.left.length + group.right.length) * steps) / 4)) yield run.toll.taken();
	}
	const series = [...left, ...right];
	run.meter.values(series.length * steps);
	return series;
}

/** At which steps any has a value. */
function present(series: readonly Series[], steps: number): Uint8Array {
	const any = new Uint8Array(steps);
	for (const each of series) for (let i = 0; i < steps; i++) if (each.present[i]) any[i] = 1;
	return any;
}

/** Their values at the steps at which the other side has some, or has none. */
function where(series: readonly Series[], other: Uint8Array, some: boolean): Series[] {
	const result: Series[] = [];
	for (const each of series) {
		const kept = each.present.map((has, i) => (has && Boolean(other[i]) === some ? 1 : 0));
		if (kept.includes(1)) result.push({ ...each, present: kept });
	}
	return result;
}
