/** Operators between scalars, and between a vector and a scalar. */

import type { Binary } from "../../../colony-bridge/protocol/promql/ast.ts";
import type { Work } from "../../work/work.ts";
import type { Series, Steps, Value } from "../values.ts";
import { between } from "./matching.ts";
import { calculated, compared, isArithmetic, isTrim } from "./operator.ts";
import type { Run } from "./run.ts";
import { Builder, built, settled } from "./series.ts";

export function* binary(run: Run, expr: Binary, steps: Steps): Work<Value> {
	const left = yield* run.evaluate(expr.left, steps);
	const right = yield* run.evaluate(expr.right, steps);
	if (left.type === "scalar" && right.type === "scalar") return scalars(expr, left.values, right.values);
	if (left.type === "vector" && right.type === "vector") {
		const series = yield* between(run, expr, left.series, right.series, steps.count);
		return { type: "vector", series: yield* settled(run, series) };
	}
	const [vector, scalar] = left.type === "vector" ? [left, right] : [right, left];
	if (vector.type !== "vector" || scalar.type !== "scalar")
		throw new RangeError(`${left.type} ${expr.op} ${right.type} passed the type check`);
	const series = yield* withScalar(run, expr, vector.series, scalar.values, left !== vector);
	return { type: "vector", series: yield* settled(run, series) };
}

function scalars({ op }: Binary, left: Float64Array, right: Float64Array): Value {
	const values = new Float64Array(left.length);
	for (let i = 0; i < values.length; i++) {
		const [a, b] = [left[i] as number, right[i] as number];
		values[i] = isArithmetic(op) ? calculated(op, a, b) : Number(compared(op, a, b));
	}
	return { type: "scalar", values };
}

/** @param swapped the scalar is on the left */
function* withScalar(run: Run, expr: Binary, vector: readonly Series[], scalar: Float64Array, swapped: boolean): Work<Series[]> {
	const { op, bool, place } = expr;
	if (isTrim(op)) {
		// Histograms only.
		if (vector.length > 0)
			run.annotations.info(`incompatible sample types encountered for binary operator "${op}": float ${op} float`, place);
		return [];
	}
	const builders: Builder[] = [];
	for (const { labels, values, present, dropName } of vector) {
		const builder = new Builder(run, labels, values.length, dropName || bool || isArithmetic(op));
		for (let i = 0; i < values.length; i++) {
			if (!present[i]) continue;
			const [value, number] = [values[i] as number, scalar[i] as number];
			const [a, b] = swapped ? [number, value] : [value, number];
			if (isArithmetic(op)) builder.set(i, calculated(op, a, b));
			else {
				const holds = compared(op, a, b) as boolean;
				if (bool) builder.set(i, Number(holds));
				else if (holds) builder.set(i, value);
			}
		}
		builders.push(builder);
		if (run.toll.due(values.length / 4 + 5)) yield run.toll.taken();
	}
	return built(builders);
}
