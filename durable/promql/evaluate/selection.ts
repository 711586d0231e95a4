/** Aggregations that choose some series of a group at each step, as they are: topk, bottomk, limitk and limit_ratio. */

import type { Aggregation } from "../../../colony-bridge/protocol/promql/ast.ts";
import { generalText } from "../../../colony-bridge/protocol/promql/go-float.ts";
import type { Work } from "../../work/work.ts";
import { QueryError, type Series } from "../values.ts";
import type { Group } from "./aggregation-groups.ts";
import { hashShare } from "./label-hash.ts";
import type { Run } from "./run.ts";
import { Builder, built, merged } from "./series.ts";

type Op = "topk" | "bottomk" | "limitk" | "limit_ratio";

export function* selected(
	run: Run,
	expr: Aggregation,
	op: Op,
	groups: readonly Group[],
	steps: number,
	param: Float64Array,
): Work<Series[]> {
	const [most, least] = [param.reduce((a, b) => Math.max(a, b)), param.reduce((a, b) => Math.min(a, b))];
	if (Number.isNaN(most)) throw new QueryError(op === "limit_ratio" ? "Ratio value is NaN" : "Parameter value is NaN");
	if (op === "limit_ratio") {
		if (most === 0 && least === 0) return [];
		const tell = (ratio: number, cap: number) => {
			const text = `ratio value should be between -1 and 1, got ${generalText(ratio)}, capping to ${cap}`;
			if (expr.param) run.annotations.warn(text, expr.param.place);
		};
		if (most > 1) tell(most, 1);
		if (least < -1) tell(least, -1);
	} else {
		if (most < 1) return [];
		if (least <= -(2 ** 63)) throw new QueryError(`Scalar value ${generalText(least)} underflows int64`);
		if (most >= 2 ** 63) throw new QueryError(`Scalar value ${generalText(most)} overflows int64`);
	}
	const builders: Builder[] = [];
	for (const { members } of groups) {
		const choice = members.map(({ labels, dropName }) => new Builder(run, labels, steps, dropName));
		const shares = op === "limit_ratio" ? members.map(({ labels }) => hashShare(labels)) : [];
		let chosen: readonly number[] = [];
		for (let i = 0; i < steps; i++) {
			const here = members.flatMap(({ present }, m) => (present[i] ? [m] : []));
			const amount = param[i] as number;
			if (op === "limit_ratio") chosen = here.filter((m) => isWithin(amount, shares[m] as number));
			else if (op === "limitk") chosen = here.slice(0, Math.max(0, Math.trunc(amount)));
			else chosen = extremes(here, members, i, Math.trunc(amount), op === "topk");
			for (const m of chosen) (choice[m] as Builder).set(i, (members[m] as Series).values[i] as number);
			if (run.toll.due(members.length)) yield run.toll.taken();
		}
		// An instant's answer is in the order of the values.
		builders.push(...(steps === 1 ? chosen.map((m) => choice[m] as Builder) : choice));
	}
	const series = built(builders);
	return steps === 1 ? series : [...(yield* merged(run, series))];
}

/** Takes a series whose share, from 0 to 1, is below the ratio; a negative one takes those that its complement leaves. */
const isWithin = (ratio: number, share: number): boolean =>
	ratio > 0 ? share < Math.min(ratio, 1) : ratio < 0 && share >= 1 + Math.max(ratio, -1);

/** The `count` members with the highest or lowest values at a step, in that order; NaN comes last. */
function extremes(here: readonly number[], members: readonly Series[], step: number, count: number, highest: boolean): number[] {
	const valueAt = (m: number) => (members[m] as Series).values[step] as number;
	const isBefore = (a: number, b: number) => !Number.isNaN(a) && (Number.isNaN(b) || (highest ? a > b : a < b));
	const best: number[] = [];
	for (const m of here) {
		const value = valueAt(m);
		if (best.length >= count && !isBefore(value, valueAt(best.at(-1) ?? m))) continue;
		// Past those that are as good or better.
		let [from, to] = [0, best.length];
		while (from < to) {
			const middle = (from + to) >> 1;
			if (isBefore(value, valueAt(best[middle] as number))) to = middle;
			else from = middle + 1;
		}
		best.splice(from, 0, m);
		if (best.length > count) best.pop();
	}
	return best;
}
