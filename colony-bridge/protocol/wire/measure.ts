/** Query of measurements: series, time range, and the aggregation of samples inside a step. */
import * as v from "valibot";
import { LIMITS } from "./limits.ts";
import { parseSelector } from "./selector.ts";

/** `30s`, `15m`, `1h`, `7d`. */
export const Duration = v.pipe(
	v.string(),
	v.regex(/^[1-9][0-9]{0,5}(ms|s|m|h|d|w)$/, 'a duration is a number and a unit, such as "30s", "15m", "1h" or "7d"'),
);

/** A metric name, or one with labels: `cpu_percent{worker="worker-1"}`. */
export const Selector = v.pipe(
	v.string(),
	v.minLength(1),
	v.maxLength(4000),
	v.check(
		(text) => parseSelector(text) !== undefined,
		(issue) => `"${issue.input}" is no metric; write a name, with labels where needed: cpu_percent{worker="worker-1"}`,
	),
);
/** A PromQL expression. The cluster parses it, and its errors name the place. */
export const Expr = v.pipe(v.string(), v.trim(), v.minLength(1, "write a PromQL expression"), v.maxLength(LIMITS.exprChars));
export const Selectors = v.pipe(v.array(Selector), v.minLength(1, "name at least one metric"), v.maxLength(LIMITS.selectors));

/**
 * Aggregation of the samples inside one step. `rate` (per second) and `increase` are for counters, restarts of the counter
 * handled; the percentiles are of the samples, or of the histogram where the series are buckets.
 */
export const Aggregation = v.picklist(["last", "avg", "min", "max", "sum", "rate", "increase", "p50", "p95", "p99"]);
export type Aggregation = v.InferOutput<typeof Aggregation>;
