/** The door of the language: a query, an instant or a range, and a source of samples give an answer. */

import { bare, type Expr, typeOf } from "../../../colony-bridge/protocol/promql/ast.ts";
import { parse } from "../../../colony-bridge/protocol/promql/parse.ts";
import type { Work } from "../../work/work.ts";
import { Labels, QueryError, type SampleSource, type Series, type Steps, type Value } from "../values.ts";
import { aggregation } from "./aggregation.ts";
import type { Answer, SampledSeries } from "./answer.ts";
import { binary } from "./binary.ts";
import { functionCall } from "./call.ts";
import { Invariance } from "./invariance.ts";
import { inOrder } from "./label-order.ts";
import { type Options, STOCK } from "./options.ts";
import { rangeVector } from "./range-vector.ts";
import { type QueryRange, Run } from "./run.ts";
import { instantVector } from "./selector.ts";
import { merged, repeated, settled, timeAt, unnamed } from "./series.ts";
import type { Trace } from "./trace.ts";

/** Milliseconds since 1970. */
export type When = { time: number } | { start: number; end: number; step: number };

/**
 * @param trace takes note of each part
 * @throws ParseError where the query is none, QueryError where it has no answer, QueryLimit where it takes more than it may
 */
export function* evaluate(query: string, when: When, source: SampleSource, options: Options = STOCK, trace?: Trace): Work<Answer> {
	const expr = parse(query, options.syntax);
	const range = "time" in when ? { start: when.time, end: when.time, step: 0 } : when;
	const steps = stepsOf(range);
	const run = new Evaluation(query, range, source, options, trace);
	run.meter.steps(steps.count);
	const told = () => ({ warnings: [...run.annotations.warnings].sort(), infos: [...run.annotations.infos].sort() });
	const outer = bare(expr);
	if (outer.kind === "matrix" || outer.kind === "subquery") {
		if (!("time" in when)) throw new QueryError('invalid expression type "range vector" for range query, must be Scalar or instant Vector');
		const series = yield* rangeVector(run, outer, steps);
		return { type: "matrix", series: [...(yield* inOrder(series))], ...told() };
	}
	if (!("time" in when) && typeOf(expr) === "string") {
		throw new QueryError('invalid expression type "string" for range query, must be Scalar or instant Vector');
	}
	const value = yield* run.evaluate(expr, steps);
	return { ...(yield* "time" in when ? atInstant(run, value, when.time) : overSteps(run, value, steps)), ...told() };
}

function stepsOf({ start, end, step }: { start: number; end: number; step: number }): Steps {
	if (step === 0) return { start, step: 1, count: 1 };
	if (!(step > 0)) throw new QueryError("the step of a range query is longer than nothing");
	if (end < start) throw new QueryError("the end of a range query is not before its start");
	return { start, step, count: Math.floor((end - start) / step) + 1 };
}

class Evaluation extends Run {
	readonly #invariance = new Invariance();
	readonly #trace: Trace | undefined;

	constructor(query: string, range: QueryRange, source: SampleSource, options: Options, trace: Trace | undefined) {
		super(query, range, source, options);
		this.#trace = trace;
	}

	override evaluate(expr: Expr, steps: Steps): Work<Value> {
		const work = this.#evaluate(expr, steps);
		return this.#trace ? this.#trace.follow(expr, this.meter, work) : work;
	}

	*#evaluate(expr: Expr, steps: Steps): Work<Value> {
		if (steps.count === 1 || !this.#invariance.isEvaluatedOnce(expr)) return yield* this.#node(expr, steps);
		const once = yield* this.#node(expr, { ...steps, count: 1 });
		if (once.type === "scalar") return { type: "scalar", values: new Float64Array(steps.count).fill(once.values[0] as number) };
		return once.type === "vector" ? { type: "vector", series: repeated(this, once.series, steps.count) } : once;
	}

	*#node(expr: Expr, steps: Steps): Work<Value> {
		switch (expr.kind) {
			case "number":
				return { type: "scalar", values: new Float64Array(steps.count).fill(expr.value) };
			case "string":
				return { type: "string", text: expr.text };
			case "selector":
				return { type: "vector", series: yield* instantVector(this, expr, steps, "values") };
			case "call":
				return yield* functionCall(this, expr, steps);
			case "aggregation":
				return yield* aggregation(this, expr, steps);
			case "binary":
				return yield* binary(this, expr, steps);
			case "paren":
				return yield* this.evaluate(expr.expr, steps);
			case "unary": {
				const value = yield* this.evaluate(expr.expr, steps);
				return expr.op === "-" ? yield* this.#negative(value) : value;
			}
			case "matrix":
			case "subquery":
				throw new RangeError("a range passed the type check in place of a vector");
		}
	}

	*#negative(value: Value): Work<Value> {
		if (value.type === "scalar") return { type: "scalar", values: value.values.map((number) => -number) };
		if (value.type !== "vector") return value;
		this.meter.values(value.series.length * (value.series[0]?.values.length ?? 0));
		const series = value.series.map((each) => ({ ...each, values: each.values.map((number) => -number), dropName: true }));
		return { type: "vector", series: yield* settled(this, series) };
	}
}

/** The series as they are called in the end. */
function* named(run: Run, series: readonly Series[]): Work<readonly Series[]> {
	return run.options.delayedNames ? yield* merged(run, yield* unnamed(run, series)) : series;
}

type Bare = Answer extends infer Each ? (Each extends Answer ? Omit<Each, "warnings" | "infos"> : never) : never;

function* atInstant(run: Run, value: Value, time: number): Work<Bare> {
	if (value.type === "string") return { type: "string", time, text: value.text };
	if (value.type === "scalar") return { type: "scalar", time, value: value.values[0] as number };
	const samples = (yield* named(run, value.series)).map(({ labels, values }) => ({ labels, value: values[0] as number }));
	return { type: "vector", time, samples };
}

function* overSteps(run: Run, value: Value, steps: Steps): Work<Bare> {
	if (value.type === "string") throw new RangeError("a string passed the type check");
	const series: readonly Series[] =
		value.type === "vector"
			? yield* named(run, value.series)
			: [{ labels: Labels.none, values: value.values, present: new Uint8Array(steps.count).fill(1), dropName: false }];
	const sampled: SampledSeries[] = [];
	for (const each of yield* inOrder(series)) {
		sampled.push(sampledOf(each, steps));
		if (run.toll.due(steps.count / 8 + 5)) yield run.toll.taken();
	}
	return { type: "matrix", series: sampled };
}

function sampledOf({ labels, values, present }: Series, steps: Steps): SampledSeries {
	const count = present.reduce((sum, has) => sum + has, 0);
	const sampled = { labels, times: new Float64Array(count), values: new Float64Array(count) };
	for (let i = 0, n = 0; i < steps.count; i++) {
		if (!present[i]) continue;
		sampled.times[n] = timeAt(steps, i);
		sampled.values[n++] = values[i] as number;
	}
	return sampled;
}
