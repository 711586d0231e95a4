/** Calls of functions. */

import {
	bare,
	childrenOf,
	type Expr,
	type FunctionCall,
	type Shift,
	type VectorSelector,
} from "../../../colony-bridge/protocol/promql/ast.ts";
import type { Work } from "../../work/work.ts";
import { DEFINITIONS } from "../families/definitions.ts";
import { type Call, type Definition, QueryError, type Series, type Steps, type Value, type ValueFunction } from "../values.ts";
import { absentLabels, overRange } from "./range.ts";
import type { Run } from "./run.ts";
import { instantVector, newest, type Reading } from "./selector.ts";
import { Builder, built, settled } from "./series.ts";
import { readAt } from "./shift.ts";

/** Limit of the whole query, in seconds. */
const OF_QUERY: Record<string, (run: Run) => number> = {
	start: ({ range }) => range.start / 1000,
	end: ({ range }) => range.end / 1000,
	range: ({ range }) => (range.end - range.start) / 1000,
	step: ({ range }) => (range.start === range.end ? 0 : range.step / 1000),
};
/** Functions that read the samples of a selector themselves. */
const OF_SAMPLES: Record<string, Reading> = { timestamp: "times", start_timestamp: "starts" };

/** For what the evaluator itself makes of it. */
const ABSENT_OVER_TIME: Definition = { range: () => 1 };

export function* functionCall(run: Run, call: FunctionCall, steps: Steps): Work<Value> {
	const ofQuery = OF_QUERY[call.name];
	if (ofQuery) return { type: "scalar", values: new Float64Array(steps.count).fill(ofQuery(run)) };
	const args = call.args.map(bare);
	const reading = OF_SAMPLES[call.name];
	if (reading) return { type: "vector", series: yield* settled(run, yield* instants(run, args[0] as Expr, steps, reading)) };
	const definition = call.name === "absent_over_time" ? ABSENT_OVER_TIME : DEFINITIONS.get(call.name);
	if (!definition) throw new QueryError(`the function ${call.name} is not there yet`);
	const rangeArgument = args.find((arg) => arg.kind === "matrix" || arg.kind === "subquery");
	const values: Value[] = [];
	for (const arg of args) if (arg !== rangeArgument) values.push(yield* run.evaluate(arg, steps));
	if ("whole" in definition) return yield* whole(run, call, args, definition, values, steps);
	const scalars = values.flatMap((value) => (value.type === "scalar" ? [value.values] : []));
	if ("range" in definition) {
		if (rangeArgument?.kind !== "matrix" && rangeArgument?.kind !== "subquery")
			throw new RangeError(`${call.name} passed the type check without a range`);
		return { type: "vector", series: yield* overRange(run, call, definition, rangeArgument, scalars, steps) };
	}
	const vector = values.find((value) => value.type === "vector");
	const series = yield* eachValue(run, vector?.series ?? [], definition.value, scalars);
	return { type: "vector", series: yield* settled(run, series) };
}

/** Seconds at which the samples of a selector were measured, or from which they count; of anything else the instant evaluated. */
function* instants(run: Run, arg: Expr, steps: Steps, reading: Reading): Work<Series[]> {
	if (arg.kind === "selector") {
		const series = yield* instantVector(run, arg, steps, reading);
		return series.map((each) => ({ ...each, values: each.values.map((ms) => ms / 1000), dropName: true }));
	}
	const value = yield* run.evaluate(arg, steps);
	if (value.type !== "vector") return [];
	const times = Float64Array.from({ length: steps.count }, (_, i) => (reading === "times" ? (steps.start + i * steps.step) / 1000 : 0));
	return value.series.map((each) => ({ ...each, values: times, dropName: true }));
}

function* eachValue(run: Run, series: readonly Series[], compute: ValueFunction, scalars: readonly Float64Array[]): Work<Series[]> {
	const builders: Builder[] = [];
	const args = new Array<number>(scalars.length);
	for (const { labels, values, present } of series) {
		const builder = new Builder(run, labels, values.length, true);
		for (let i = 0; i < values.length; i++) {
			if (!present[i]) continue;
			for (let n = 0; n < scalars.length; n++) args[n] = scalars[n]?.[i] as number;
			builder.set(i, compute(values[i] as number, args));
		}
		builders.push(builder);
		if (run.toll.due(values.length / 2 + 5)) yield run.toll.taken();
	}
	return built(builders);
}

/** When the first selector in an expression is read: by the innermost `@` around it, and all offsets within that. */
function readAsFirst(run: Run, expr: Expr | undefined, steps: Steps): Steps {
	const shifts = expr && shiftsToFirst(expr);
	let at = steps;
	for (const shift of shifts ?? []) at = readAt(run, shift, at);
	return at;
}

/** The subqueries around the first selector, the outermost first, and the selector. */
function shiftsToFirst(expr: Expr): Shift[] | undefined {
	if (expr.kind === "selector") return [expr];
	for (const child of childrenOf(expr)) {
		const found = shiftsToFirst(child);
		if (found) return expr.kind === "subquery" ? [expr, ...found] : found;
	}
	return undefined;
}

type Whole = Extract<Definition, { whole: unknown }>;

function* whole(run: Run, written: FunctionCall, exprs: readonly Expr[], definition: Whole, args: Value[], steps: Steps): Work<Value> {
	const selector = (n: number): VectorSelector | undefined => {
		const expr = exprs[n];
		return expr?.kind === "selector" ? expr : undefined;
	};
	const call: Call = {
		name: written.name,
		args,
		steps,
		notes: run.annotations.about(written),
		delayedNames: run.options.delayedNames,
		absentLabels: (n) => absentLabels(exprs[n] as Expr),
		matchers: (n) => selector(n)?.matchers ?? [],
		select: (matchers, read) => newest(run, matchers, readAsFirst(run, exprs[0], steps), read),
		spend: (count) => run.meter.values(count),
		fail: (text) => {
			throw new QueryError(text);
		},
	};
	const begun = definition.whole(call);
	const value = Symbol.iterator in begun ? yield* begun : begun;
	if (value.type !== "vector") return value;
	const units = value.series.length * steps.count;
	run.meter.values(units);
	yield units;
	// A series has a value at some step.
	const filled = value.series.filter(({ present }) => present.includes(1));
	return { type: "vector", series: yield* settled(run, filled) };
}
