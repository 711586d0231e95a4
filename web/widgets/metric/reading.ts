/** A metric's latest value, its age and its change. */
import type { Metrics } from "../../../colony-bridge/protocol/query/view.ts";

export interface MetricReading {
	value: number;
	/** Its instant, ms. */
	at: number;
	/** The columns after it say nothing: it is not what the colony has now. */
	stale: boolean;
	/** Against the oldest that is known, where that is at least half the time back. */
	change?: { by: number; overMs: number };
}

/** Columns without a sample that are nothing unusual. */
const LATE = 2;

export function readingOf({
	start,
	step,
	length,
	series,
}: Pick<Metrics, "start" | "step" | "length" | "series">): MetricReading | undefined {
	const values = series[0]?.values ?? [];
	const last = values.findLastIndex((value) => value !== null);
	const value = values[last];
	if (value === undefined || value === null) return undefined;
	const first = values.findIndex((known) => known !== null);
	const reading: MetricReading = { value, at: start + last * step, stale: length - 1 - last > LATE };
	if (last - first < length / 2) return reading;
	return { ...reading, change: { by: value - (values[first] as number), overMs: (last - first) * step } };
}

/** Metrics of which more is worse, as their names say; of the others nobody but their owner knows. */
export const moreIsWorse = (metric: string): boolean =>
	/(^|_)(fail\w*|errors?|dropped|lag|latency|retries|late|timeouts?|rejected|refused|gaps?|lost)(_|\{|$)/.test(metric);
