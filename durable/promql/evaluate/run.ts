/** One evaluation of a query: what its nodes share. */

import type { Expr, FunctionCall, Place } from "../../../colony-bridge/protocol/promql/ast.ts";
import { lineAndColumn } from "../../../colony-bridge/protocol/promql/parse-error.ts";
import { Toll, type Work } from "../../work/work.ts";
import { type Matcher, type Notes, QueryLimit, type SampleSource, type Steps, type TakeSeries, type Value } from "../values.ts";
import type { Limits, Options } from "./options.ts";

/** Warnings and infos of a query, each once, with its place. */
export class Annotations {
	readonly #query: string;
	readonly warnings = new Set<string>();
	readonly infos = new Set<string>();
	readonly #times = new Map<string, number>();

	constructor(query: string) {
		this.#query = query;
	}

	warn(text: string, place: Place): void {
		this.warnings.add(`PromQL warning: ${text} (${lineAndColumn(this.#query, place)})`);
	}

	info(text: string, place: Place): void {
		this.infos.add(`PromQL info: ${text} (${lineAndColumn(this.#query, place)})`);
	}

	#warnEach(text: string, place: Place): void {
		const told = (times: number) =>
			`PromQL warning: ${text}${times > 1 ? ` (${times} occurrences)` : ""} (${lineAndColumn(this.#query, place)})`;
		const times = (this.#times.get(told(1)) ?? 0) + 1;
		this.#times.set(told(1), times);
		this.warnings.delete(told(times - 1));
		this.warnings.add(told(times));
	}

	about(call: FunctionCall): Notes {
		const at = (argument = 0) => (call.args[argument] ?? call).place;
		return {
			warn: (text, argument) => this.warn(text, at(argument)),
			info: (text, argument) => this.info(text, at(argument)),
			warnEach: (text) => this.#warnEach(text, at()),
		};
	}
}

/** Use of the limits. */
export class Meter {
	readonly #limits: Limits;
	#samples = 0;
	#values = 0;

	constructor(limits: Limits) {
		this.#limits = limits;
	}

	get samplesRead(): number {
		return this.#samples;
	}

	get valuesComputed(): number {
		return this.#values;
	}

	samples(count: number): void {
		this.#samples += count;
		if (this.#samples > this.#limits.samples) {
			throw new QueryLimit(`the query reads more than ${this.#limits.samples} samples: ask for a shorter time or fewer series`);
		}
	}

	series(count: number): void {
		if (count > this.#limits.series) {
			throw new QueryLimit(`a selector of the query chooses more than ${this.#limits.series} series: name more of their labels`);
		}
	}

	steps(count: number): void {
		if (count > this.#limits.steps) {
			throw new QueryLimit(`the query has more than ${this.#limits.steps} steps: ask for a longer step or a shorter time`);
		}
	}

	values(count: number): void {
		this.#values += count;
		if (this.#values > this.#limits.values) {
			throw new QueryLimit(
				`the query computes more than ${this.#limits.values} values: ask for fewer series, a longer step or a shorter time`,
			);
		}
	}
}

/** Bounds of the query, in milliseconds; the step of an instant query is 0. */
export interface QueryRange {
	start: number;
	end: number;
	step: number;
}

export abstract class Run {
	readonly query: string;
	readonly range: QueryRange;
	readonly options: Options;
	readonly annotations: Annotations;
	readonly meter: Meter;
	readonly toll = new Toll();
	readonly #source: SampleSource;

	constructor(query: string, range: QueryRange, source: SampleSource, options: Options) {
		this.query = query;
		this.range = range;
		this.options = options;
		this.annotations = new Annotations(query);
		this.meter = new Meter(options.limits);
		this.#source = source;
	}

	abstract evaluate(expr: Expr, steps: Steps): Work<Value>;

	/** Samples in (from, to] of the series that match, one series after the other. */
	*each(matchers: readonly Matcher[], from: number, to: number, take: TakeSeries): Work<void> {
		const { meter } = this;
		let series = 0;
		const counted: TakeSeries = (samples) => {
			meter.series(++series);
			meter.samples(samples.length);
			return take(samples);
		};
		if (this.#source.each) yield* this.#source.each(matchers, from, to, counted);
		else for (const samples of yield* this.#source.select(matchers, from, to)) yield* counted(samples);
	}
}
