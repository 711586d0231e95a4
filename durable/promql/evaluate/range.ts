/** Functions over ranges: a window slides over the samples of one series after the other, once for all steps. */

import type { Expr, FunctionCall, MatrixSelector, Subquery } from "../../../colony-bridge/protocol/promql/ast.ts";
import type { Work } from "../../work/work.ts";
import { DEFINITIONS } from "../families/definitions.ts";
import { type Definition, Labels, METRIC_NAME, QueryError, type Series, type SeriesSamples, type Steps, type Window } from "../values.ts";
import { inOrder } from "./label-order.ts";
import type { Run } from "./run.ts";
import { withoutStale } from "./selector.ts";
import { Builder, built, requireDistinct, timeAt, unnamed } from "./series.ts";
import { milliseconds, readAt } from "./shift.ts";

/** Input of a range: the instant each step reads it at, and its samples, one series after the other. */
export interface Ranged {
	at: Steps;
	/** Milliseconds. */
	range: number;
	extension?: "anchored" | "smoothed";
	/** @param take stale samples are left out */
	each(take: (samples: SeriesSamples, dropName: boolean) => Work<void>): Work<void>;
}

export function ranged(run: Run, argument: MatrixSelector | Subquery, steps: Steps): Ranged {
	return argument.kind === "matrix" ? ofSelector(run, argument, steps) : ofSubquery(run, argument, steps);
}

function ofSelector(run: Run, { selector, range: duration }: MatrixSelector, steps: Steps): Ranged {
	const range = milliseconds(duration, run.range);
	const at = readAt(run, selector, steps);
	const { extension } = selector;
	const from = at.start - range - (extension ? run.options.lookback : 0);
	const to = timeAt(at, at.count - 1) + (extension === "smoothed" ? run.options.lookback : 0);
	return {
		at,
		range,
		...(extension && { extension }),
		each: (take) => run.each(selector.matchers, from, to, (samples) => take(withoutStale(samples), false)),
	};
}

/** The inner expression at instants that are multiples of its step, whenever the query begins. */
function ofSubquery(run: Run, argument: Subquery, steps: Steps): Ranged {
	const range = milliseconds(argument.range, run.range);
	const step = argument.step ? milliseconds(argument.step, run.range) : run.options.subqueryStep;
	const at = readAt(run, argument, steps);
	const start = (Math.floor((at.start - range) / step) + 1) * step;
	const count = Math.floor((timeAt(at, at.count - 1) - start) / step) + 1;
	return {
		at,
		range,
		*each(take) {
			if (!(count > 0)) return;
			run.meter.values(count);
			const inner: Steps = { start, step, count };
			const value = yield* run.evaluate(argument.expr, inner);
			if (value.type === "vector") for (const series of value.series) yield* take(samplesOf(series, inner), series.dropName);
		},
	};
}

function samplesOf({ labels, values, present }: Series, steps: Steps): SeriesSamples {
	const times = new Float64Array(steps.count);
	const kept = new Float64Array(steps.count);
	let length = 0;
	for (let i = 0; i < steps.count; i++) {
		if (!present[i]) continue;
		times[length] = timeAt(steps, i);
		kept[length++] = values[i] as number;
	}
	return { labels, times, values: kept, length };
}

/** Which look at the instants from which samples count. */
const START_TIMES = new Set(["rate", "irate", "increase", "resets"]);

/** Each step of which sorts its samples. */
const SORTING = new Set(["quantile_over_time", "mad_over_time"]);

/** @param scalars its other arguments, of each step */
export function* overRange(
	run: Run,
	call: FunctionCall,
	definition: Extract<Definition, { range: unknown }>,
	argument: MatrixSelector | Subquery,
	scalars: readonly Float64Array[],
	steps: Steps,
): Work<readonly Series[]> {
	const from = ranged(run, argument, steps);
	const { extension } = from;
	if (extension && !definition.extended?.includes(extension)) throw new QueryError(notExtended(call.name, extension));
	const notes = run.annotations.about(call);
	const startTimes = run.options.startTimes && START_TIMES.has(call.name);
	const args = new Array<number>(scalars.length);
	const builders: Builder[] = [];
	const cost = SORTING.has(call.name) ? 2 : 0.25;
	yield* from.each(function* (samples, dropName) {
		const builder = new Builder(run, samples.labels, steps.count, dropName || !definition.keepsName);
		builders.push(builder);
		const window = windowOver(samples, from, startTimes);
		for (let i = 0; i < steps.count; i++) {
			slide(window, samples, from, i, timeAt(steps, i), run.options.lookback);
			if (window.end <= window.first) continue;
			for (let n = 0; n < scalars.length; n++) args[n] = scalars[n]?.[i] as number;
			const value = definition.range(window, args, notes);
			if (value !== undefined) builder.set(i, value);
			if (run.toll.due(2 + (window.end - window.first) * cost)) yield run.toll.taken();
		}
		if (builder.any && (call.name === "rate" || call.name === "increase")) tellIfNoCounter(run, call, samples.labels);
	});
	if (call.name === "absent_over_time") return absences(run, argument, builders, steps);
	const series = yield* inOrder(built(builders));
	if (run.options.delayedNames) return series;
	const named = yield* unnamed(run, series);
	yield* requireDistinct(run, named);
	return named;
}

function notExtended(name: string, extension: "anchored" | "smoothed"): string {
	const able = [...DEFINITIONS].flatMap(([other, definition]) =>
		"range" in definition && definition.extended?.includes(extension) ? [other] : [],
	);
	return `${extension} modifier can only be used with: ${able.sort().join(", ")} - not with ${name}`;
}

type Sliding = { -readonly [Key in keyof Window]: Window[Key] };

function windowOver({ labels, times, values, starts }: SeriesSamples, { extension }: Ranged, startTimes: boolean): Sliding {
	return {
		times,
		values,
		...(startTimes && starts && { starts }),
		first: 0,
		end: 0,
		from: 0,
		to: 0,
		at: 0,
		...(extension && { extended: extension }),
		labels,
	};
}

/** To the samples of step `i`; those before the last one's are behind it. */
function slide(
	window: Sliding,
	{ times, length }: SeriesSamples,
	{ at, range, extension }: Ranged,
	i: number,
	now: number,
	lookback: number,
): void {
	window.at = now;
	window.to = timeAt(at, i);
	window.from = window.to - range;
	const after = window.from - (extension ? lookback : 0);
	const until = window.to + (extension === "smoothed" ? lookback : 0);
	let { first, end } = window;
	while (first < length && (times[first] as number) <= after) first++;
	while (end < length && (times[end] as number) <= until) end++;
	window.first = first;
	window.end = end;
}

const COUNTER_NAME = /_(?:total|sum|count|bucket)$/;

function tellIfNoCounter(run: Run, { args }: FunctionCall, labels: Labels): void {
	const { metric } = labels;
	const place = args[0]?.place;
	if (metric === "" || !place) return;
	if (run.options.typeLabels) {
		const type = labels.get("__type__");
		if (type === "counter" || type === "histogram") return;
		const text = `metric might not be a counter, __type__ label is not set to "counter" or "histogram", got "${type}": "${metric}"`;
		run.annotations.info(text, place);
	} else if (!COUNTER_NAME.test(metric)) {
		run.annotations.info(`metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "${metric}"`, place);
	}
}

/** One series, where no other has a value. */
function absences(run: Run, argument: MatrixSelector | Subquery, builders: readonly Builder[], steps: Steps): Series[] {
	const absent = new Builder(run, absentLabels(argument), steps.count, true);
	for (let i = 0; i < steps.count; i++) if (!builders.some(({ present }) => present[i])) absent.set(i, 1);
	return built([absent]);
}

/** Labels that a selector names with one value. */
export function absentLabels(argument: Expr): Labels {
	const found = argument.kind === "matrix" ? argument.selector : argument;
	if (found.kind !== "selector") return Labels.none;
	const values = new Map<string, string>();
	const seen = new Set<string>();
	for (const { name, type, value } of found.matchers) {
		if (name === METRIC_NAME) continue;
		if (type === "=" && !seen.has(name)) {
			values.set(name, value);
			seen.add(name);
		} else values.delete(name);
	}
	return Labels.of(values);
}
