/** Values of expressions, and the shapes that functions of the language take. */

import { type Matcher, QueryError } from "../../colony-bridge/protocol/promql/terms.ts";
import type { Work } from "../work/work.ts";
import type { Labels } from "./labels.ts";

export { type Matcher, METRIC_NAME, QueryError, type ValueType } from "../../colony-bridge/protocol/promql/terms.ts";
export { Labels, METADATA } from "./labels.ts";
export type { SampleSource, SeriesSamples, TakeSeries } from "./source.ts";

/** The instants of an evaluation, in milliseconds; an instant query has one. */
export interface Steps {
	readonly start: number;
	readonly step: number;
	readonly count: number;
}

/** One value a step, or none. */
export interface Series {
	readonly labels: Labels;
	readonly values: Float64Array;
	/** 1: the series has a value at this step. */
	readonly present: Uint8Array;
	/** Its values are no longer those of the metric: the name goes when the node, or with delayed removal the query, is done. */
	readonly dropName: boolean;
}

/** A scalar has a value at each step. The order of series is that of an instant query's answer. */
export type Value =
	| { readonly type: "scalar"; readonly values: Float64Array }
	| { readonly type: "vector"; readonly series: readonly Series[] }
	| { readonly type: "string"; readonly text: string };

/** Warnings and infos of an answer. Each text is told once, with its kind and its place in the query. */
export interface Notes {
	/** @param argument of the function, whose place is named; the first, where it is left out; -1: the call itself */
	warn(text: string, argument?: number): void;
	info(text: string, argument?: number): void;
	/** A warning that tells how many times it was given. */
	warnEach(text: string): void;
}

/** Samples that a function over a range sees of one series at one step: `first` to `end`, exclusive, stale ones left out. */
export interface Window {
	readonly times: Float64Array;
	readonly values: Float64Array;
	/** When each sample began to count, 0: not known. Absent where nothing is known of any, or the option is off. */
	readonly starts?: Float64Array;
	first: number;
	end: number;
	/** Bounds of the range, in milliseconds: samples are in (from, to]. */
	from: number;
	to: number;
	/** The instant evaluated: `to` without `offset` and `@`. */
	at: number;
	/** The series also has samples outside of the bounds, as far as look-back goes: before them, and after them where it is smoothed. */
	readonly extended?: "anchored" | "smoothed";
	readonly labels: Labels;
}

/** @param args its scalars, in order. @returns undefined: no value */
export type RangeFunction = (window: Window, args: readonly number[], notes: Notes) => number | undefined;
/** Computed for each value of a vector. @param args its scalars, in order */
export type ValueFunction = (value: number, args: readonly number[]) => number;

/** One call of a function that sees its arguments whole. */
export interface Call {
	readonly name: string;
	readonly args: readonly Value[];
	readonly steps: Steps;
	readonly notes: Notes;
	/** Names of metrics stay until the query is done. */
	readonly delayedNames: boolean;
	/** Labels that the series of `absent` has: those that the selector of argument `n` names. */
	absentLabels(n: number): Labels;
	/** Matchers of argument `n`, where it is a selector. */
	matchers(n: number): readonly Matcher[];
	/** A selector at the call's steps, without the argument's own offset. `times`: the instant of each sample in milliseconds in place of its value. */
	select(matchers: readonly Matcher[], read: "values" | "times"): Work<Series[]>;
	/** @throws QueryLimit: with these the query computes more values than it may */
	spend(values: number): void;
	/** @throws QueryError: the query has no answer */
	fail(text: string): never;
}
export type WholeFunction = (call: Call) => Work<Value> | Value;

/** Definition of a function. `keepsName`: its values are still those of the metric. */
export type Definition =
	| { range: RangeFunction; keepsName?: true; extended?: readonly ("anchored" | "smoothed")[] }
	| { value: ValueFunction }
	| { whole: WholeFunction };

/** A query that takes more than one may. */
export class QueryLimit extends QueryError {
	override readonly name = "QueryLimit";
}
