/** Options of evaluation: those of a stock Prometheus, or all that is experimental. */
import type { Syntax } from "../../../colony-bridge/protocol/promql/check.ts";
import { FULL_SYNTAX, STOCK_SYNTAX } from "../../../colony-bridge/protocol/promql/parse.ts";

/** Limits of one query. Past them it is refused by name. */
export interface Limits {
	/** Samples read from the source. */
	samples: number;
	/** Series that a selector chooses. */
	series: number;
	/** Steps of the query. */
	steps: number;
	/** Values computed, a series' value at a step each, in all nodes of the query: nine bytes each are held. */
	values: number;
}

export interface Options {
	syntax: Syntax;
	/** Time for which a sample stands for its series, in milliseconds. */
	lookback: number;
	/** Names of metrics are removed when the query is done, in place of where they stop being true. */
	delayedNames: boolean;
	/** `__type__` says what is a counter, in place of the name's end. */
	typeLabels: boolean;
	/** Rates use the instants from which samples count, where they are known. */
	startTimes: boolean;
	/** The step of a subquery that has none, in milliseconds. */
	subqueryStep: number;
	limits: Limits;
}

export const LIMITS: Limits = { samples: 20_000_000, series: 100_000, steps: 11_000, values: 3_000_000 };

export const STOCK: Options = {
	syntax: STOCK_SYNTAX,
	lookback: 300_000,
	delayedNames: false,
	typeLabels: false,
	startTimes: false,
	subqueryStep: 60_000,
	limits: LIMITS,
};
/** The language with its experimental functions and syntax, evaluated as a stock Prometheus does. */
export const EXTENDED: Options = { ...STOCK, syntax: FULL_SYNTAX };
/** All that Prometheus' own test scripts run with. */
export const EXPERIMENTAL: Options = { ...EXTENDED, delayedNames: true, startTimes: true };
