/** Aggregations: a series for each group, or some of its series. */

import { type Aggregation, bare } from "../../../colony-bridge/protocol/promql/ast.ts";
import type { Work } from "../../work/work.ts";
import { QueryError, type Series, type Steps, type Value } from "../values.ts";
import { builderOf, type Group, grouped } from "./aggregation-groups.ts";
import { countValues } from "./count-values.ts";
import { FOLDS } from "./fold.ts";
import { quantiles } from "./quantile.ts";
import type { Run } from "./run.ts";
import { selected } from "./selection.ts";
import { type Builder, built, settled } from "./series.ts";

export function* aggregation(run: Run, expr: Aggregation, steps: Steps): Work<Value> {
	const param = expr.param && (yield* run.evaluate(bare(expr.param), steps));
	const value = yield* run.evaluate(bare(expr.expr), steps);
	if (value.type !== "vector") throw new RangeError(`${expr.op} of a ${value.type} passed the type check`);
	if (param?.type === "string") {
		const counted = yield* countValues(run, expr, value.series, param.text, steps.count);
		return { type: "vector", series: yield* settled(run, counted) };
	}
	const groups = yield* grouped(run, expr, value.series);
	return { type: "vector", series: yield* aggregated(run, expr, groups, steps.count, param?.type === "scalar" ? param.values : undefined) };
}

function* aggregated(run: Run, expr: Aggregation, groups: Group[], steps: number, param: Float64Array | undefined): Work<Series[]> {
	const { op } = expr;
	switch (op) {
		case "quantile":
			return yield* quantiles(run, expr, groups, steps, param as Float64Array);
		case "topk":
		case "bottomk":
		case "limitk":
		case "limit_ratio":
			return yield* selected(run, expr, op, groups, steps, param as Float64Array);
		case "count_values":
			throw new QueryError("count_values needs a label name");
		default: {
			const builders: Builder[] = [];
			for (const group of groups) {
				const { members } = group;
				const builder = builderOf(run, group, steps);
				const fold = new FOLDS[op](steps);
				for (const { values, present } of members) {
					for (let i = 0; i < steps; i++) {
						if (!present[i]) continue;
						const value = values[i] as number;
						if (builder.present[i]) fold.add(i, value);
						else {
							builder.set(i, 0);
							fold.begin(i, value);
						}
					}
					if (run.toll.due(steps / 4 + 1)) yield run.toll.taken();
				}
				for (let i = 0; i < steps; i++) if (builder.present[i]) builder.values[i] = fold.result(i);
				builders.push(builder);
			}
			return built(builders);
		}
	}
}
