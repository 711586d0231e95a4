import { KEPT } from "../../../colony-bridge/protocol/query/retention.ts";
import { LIMITS } from "../../../colony-bridge/protocol/wire/limits.ts";

export interface HistoryOptions {
	/** Active series at most; past it a new one is refused. */
	activeSeries: number;
	/** Series that may be known: their definitions are in memory, some 300 bytes each. Before they are so many, those gone for longest are let go. */
	knownSeries: number;
	/** Retention of samples, ms. */
	rawMs: number;
	/** Retention of 1-minute buckets, ms. */
	minuteMs: number;
	/** Retention of 10-minute buckets, ms. */
	tenMinuteMs: number;
	/** out-of-order samples that may lie in memory, 12 bytes each, before they are written. */
	outOfOrderSamples: number;
}

const DEFAULTS: HistoryOptions = {
	activeSeries: LIMITS.series,
	knownSeries: 250_000,
	rawMs: KEPT.samplesMs,
	minuteMs: KEPT.minutesMs,
	tenMinuteMs: KEPT.tenMinutesMs,
	outOfOrderSamples: 150_000,
};

/** @throws RangeError where the options contradict one another. */
export function withDefaults(options: Partial<HistoryOptions>): HistoryOptions {
	const all = { ...DEFAULTS, ...options };
	if (all.rawMs > all.minuteMs || all.minuteMs > all.tenMinuteMs) {
		throw new RangeError(
			`a coarser tier is kept no shorter than a finer one: rawMs ${all.rawMs}, minuteMs ${all.minuteMs}, tenMinuteMs ${all.tenMinuteMs}`,
		);
	}
	return all;
}

/** Of a dashboard's configuration. */
export interface SeriesSettings {
	activeSeries?: number | undefined;
	knownSeries?: number | undefined;
}

export function seriesOptions({ activeSeries, knownSeries }: SeriesSettings): Partial<HistoryOptions> {
	return {
		...(activeSeries !== undefined && { activeSeries }),
		...(knownSeries !== undefined && { knownSeries }),
	};
}
