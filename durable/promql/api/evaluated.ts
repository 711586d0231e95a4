/** A query, evaluated within its bounds: work, samples, and time by the clock. */

import { MINUTE_MS } from "../../history/blocks/partition.ts";
import type { SeriesSource } from "../../history/query/target.ts";
import type { OwnSeries } from "../../meter/own-history.ts";
import type { Work } from "../../work/work.ts";
import { evaluate } from "../evaluate/engine.ts";
import type { Options } from "../evaluate/options.ts";
import { withOwn } from "../history/own-source.ts";
import type { SeriesIndex } from "../history/series-index.ts";
import { HistorySamples, THINNED } from "../history/source.ts";
import { QueryError } from "../values.ts";
import type { PromqlAsk } from "./ask.ts";
import { answered } from "./result.ts";

/** Longest time by the clock, pauses for others included, ms. */
const LONGEST_MS = 2 * MINUTE_MS;

/** A query that took longer than it may. */
export class QueryTimeout extends QueryError {}

interface Around {
	series: SeriesSource;
	index: SeriesIndex;
	ownSeries: readonly OwnSeries[];
	options: Options;
	now(): number;
}

export function* evaluated(
	ask: Extract<PromqlAsk, { kind: "query" | "query_range" }>,
	{ series, index, ownSeries, options: given, now }: Around,
): Work<Uint8Array> {
	const begun = now();
	const colony = new HistorySamples(series, index, begun, given.limits.samples);
	const when = ask.kind === "query" ? { time: ask.at ?? begun } : { start: ask.start, end: ask.end, step: ask.step };
	const options = ask.lookback === undefined ? given : { ...given, lookback: ask.lookback };
	const work = evaluate(ask.query, when, withOwn(colony, ownSeries), options);
	const timeout = Math.min(ask.timeout ?? LONGEST_MS, LONGEST_MS);
	const answer = yield* within(work, timeout, now);
	const warnings = colony.thinned ? [...answer.warnings, THINNED] : answer.warnings;
	const stats = ask.stats ? { seconds: (now() - begun) / 1000, samples: colony.samples } : undefined;
	return yield* answered({ ...answer, warnings }, ask.limit, stats);
}

/** @throws QueryTimeout where the clock says so between two steps. */
function* within<Answer>(work: Work<Answer>, timeout: number, now: () => number): Work<Answer> {
	const until = now() + timeout;
	try {
		for (;;) {
			const step = work.next();
			if (step.done) return step.value;
			if (now() > until) throw new QueryTimeout(`query timed out in expression evaluation after ${timeout / 1000} s`);
			yield step.value;
		}
	} finally {
		work.return(undefined as never);
	}
}
