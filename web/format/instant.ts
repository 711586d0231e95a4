/** Numbers that are instants, as programs report them: `process_start_time_seconds` reads "6 min ago", not 20,787 d. */
import { instantMetric } from "../../colony-bridge/protocol/query/instant-metric.ts";
import { quantity, unitOf } from "./number.ts";
import { relative } from "./time.ts";

/** Ways of reading samples that leave an instant an instant. */
const KEPT: ReadonlySet<string> = new Set(["last", "avg", "min", "max", "p50", "p95", "p99"]);

export const isInstant = (metric: string, aggregation = "last"): boolean => instantMetric(metric) !== undefined && KEPT.has(aggregation);

/** Seconds from the instant that the value is to another one. @param at ms */
export const ageOf = (metric: string, value: number, at: number): number => at / 1000 - value / (instantMetric(metric) ?? 1);

/**
 * A metric's value in words: `45.2 %`, `6 min ago`, `never`.
 * @param metric its name, which may have labels
 * @param now ms; asked only where the value is an instant
 */
export function metricText(metric: string, value: number, now: () => number, unit?: string): string {
	const [name = metric] = metric.split("{", 1);
	if (!isInstant(name)) return quantity(value, unit ?? unitOf(name));
	if (value === 0) return "never";
	const at = now();
	return relative(at - ageOf(name, value, at) * 1000, at);
}
