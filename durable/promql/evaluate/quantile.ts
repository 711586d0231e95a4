/** The aggregation `quantile`. */

import type { Aggregation } from "../../../colony-bridge/protocol/promql/ast.ts";
import type { Work } from "../../work/work.ts";
import { quantile, quantileWarning } from "../families/quantile.ts";
import type { Series } from "../values.ts";
import { builderOf, type Group } from "./aggregation-groups.ts";
import type { Run } from "./run.ts";
import { type Builder, built } from "./series.ts";

/** Quantiles outside 0 to 1: the extremes of those asked for are told. */
function tellInvalid(run: Run, expr: Aggregation, quantiles: Float64Array): void {
	const tell = (value: number) => {
		const warning = quantileWarning(value);
		if (warning !== undefined && expr.param) run.annotations.warn(warning, expr.param.place);
	};
	const numbers = quantiles.filter((value) => !Number.isNaN(value));
	if (numbers.length < quantiles.length) tell(Number.NaN);
	if (numbers.length > 0) {
		tell(numbers.reduce((a, b) => Math.max(a, b)));
		tell(numbers.reduce((a, b) => Math.min(a, b)));
	}
}

export function* quantiles(run: Run, expr: Aggregation, groups: readonly Group[], steps: number, param: Float64Array): Work<Series[]> {
	tellInvalid(run, expr, param);
	const builders: Builder[] = [];
	for (const group of groups) {
		const { members } = group;
		const builder = builderOf(run, group, steps);
		const values = new Float64Array(members.length);
		for (let i = 0; i < steps; i++) {
			let count = 0;
			for (const { values: own, present } of members) if (present[i]) values[count++] = own[i] as number;
			if (count === 0) continue;
			builder.set(i, quantile(param[i] as number, values.subarray(0, count)));
			if (run.toll.due(count * 2)) yield run.toll.taken();
		}
		builders.push(builder);
	}
	return built(builders);
}
