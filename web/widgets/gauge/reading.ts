/** What a gauge says of a value, in words: the colours only repeat it. */
import { shareOf, type Zone, zones } from "./arc.ts";

export interface GaugeScale {
	minValue: number;
	maxValue: number;
	thresholds?: Partial<Record<Zone, number>> | undefined;
}

export interface GaugeReading {
	/** Of the arc, 0 to 1. */
	share: number;
	zone: Zone | undefined;
	/** Where it lies off the scale. */
	beyond: "above" | "below" | undefined;
}

export function readingOf(value: number, { minValue, maxValue, thresholds = {} }: GaugeScale): GaugeReading {
	const share = shareOf(value, minValue, maxValue);
	return {
		share,
		zone: zones(thresholds, minValue, maxValue).find((band) => share <= band.to)?.zone,
		beyond: value > maxValue ? "above" : value < minValue ? "below" : undefined,
	};
}

/** Where a zone begins and ends: `up to 70 %`, `70 % to 85 %`, `above 85 %`. */
export function zoneExtent(zone: Zone, thresholds: Partial<Record<Zone, number>>, words: (value: number) => string): string {
	const ordered = Object.entries(thresholds).sort(([, a], [, b]) => a - b);
	const place = ordered.findIndex(([name]) => name === zone);
	const from = ordered[place - 1]?.[1];
	const to = ordered[place]?.[1];
	if (from === undefined) return to === undefined || ordered.length === 1 ? "" : `up to ${words(to)}`;
	return place === ordered.length - 1 || to === undefined ? `above ${words(from)}` : `${words(from)} to ${words(to)}`;
}
