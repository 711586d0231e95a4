/** Numbers that are instants, as programs report them: `process_start_time_seconds` reads "6 min ago", not 20,787 d. */
import { instantMetric } from "../../colony-bridge/protocol/query/instant-metric.ts";

/** Ways of reading samples that leave an instant an instant. */
const KEPT: ReadonlySet<string> = new Set(["last", "avg", "min", "max", "p50", "p95", "p99"]);

export const isInstant = (metric: string, aggregation = "last"): boolean => instantMetric(metric) !== undefined && KEPT.has(aggregation);

/** Seconds from the instant that the value is to another one. @param at ms */
export const ageOf = (metric: string, value: number, at: number): number => at / 1000 - value / (instantMetric(metric) ?? 1);
