/** A metric's latest value, its age and its change. */
import type { Metrics } from "../../../colony-bridge/protocol/query/view.ts";

export interface MetricReading {
	value: number;
	/** Instant of the value, ms. */
	at: number;
	/** Later steps have no samples, so it may no longer be true. */
	stale: boolean;
	/** Change since the oldest value, if that covers half of the time range. */
	change?: { by: number; overMs: number };
}

/** Empty steps that are normal. */
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
	const first = values.findIndex((each) => each !== null);
	const reading: MetricReading = { value, at: start + last * step, stale: length - 1 - last > LATE };
	if (last - first < length / 2) return reading;
	return { ...reading, change: { by: value - (values[first] as number), overMs: (last - first) * step } };
}

/** Metrics whose names imply that an increase is bad; of others it is unknown. */
export const moreIsWorse = (metric: string): boolean =>
	/(^|_)(fail\w*|errors?|dropped|lag|latency|retries|late|timeouts?|rejected|refused|gaps?|lost)(_|\{|$)/.test(metric);
