/** The gauge's geometry: three quarters of a circle, from lower left over the top to lower right. */
import { shareOf as shareOfScale } from "../../chart/scale.ts";

export const RADIUS = 42;
const START = (3 / 4) * Math.PI;
const SWEEP = (3 / 2) * Math.PI;

const point = (share: number, radius: number): string => {
	const angle = START + SWEEP * share;
	return `${(50 + radius * Math.cos(angle)).toFixed(2)} ${(50 + radius * Math.sin(angle)).toFixed(2)}`;
};

/** @param from,to shares of the whole arc, 0 to 1 */
export function arc(from: number, to: number, radius = RADIUS): string {
	if (to <= from) return "";
	return `M${point(from, radius)}A${radius} ${radius} 0 ${(to - from) * SWEEP > Math.PI ? 1 : 0} 1 ${point(to, radius)}`;
}

/** Share of the arc, clamped to it. */
export const shareOf = (value: number, min: number, max: number): number => Math.min(1, Math.max(0, shareOfScale(value, { min, max })));

export type Zone = "green" | "yellow" | "red";
const ORDER: Zone[] = ["green", "yellow", "red"];

/** Bands in ascending order, as shares of the arc. The last band extends to the end. */
export function zones(thresholds: Partial<Record<Zone, number>>, min: number, max: number): { zone: Zone; from: number; to: number }[] {
	let from = 0;
	const bands = ORDER.filter((zone) => thresholds[zone] !== undefined)
		.toSorted((a, b) => (thresholds[a] ?? 0) - (thresholds[b] ?? 0))
		.map((zone) => {
			const band = { zone, from, to: shareOf(thresholds[zone] ?? 0, min, max) };
			from = band.to;
			return band;
		});
	const last = bands.at(-1);
	if (last) last.to = 1;
	return bands.filter((band) => band.to > band.from);
}

interface GaugeScale {
	minValue: number;
	maxValue: number;
	thresholds?: Partial<Record<Zone, number>> | undefined;
}

export interface GaugeReading {
	/** Share of the arc, 0 to 1. */
	share: number;
	zone: Zone | undefined;
	/** Set for a value beyond the scale. */
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

/** Limits of a zone: `up to 70 %`, `70 % to 85 %`, `above 85 %`. */
export function zoneExtent(zone: Zone, thresholds: Partial<Record<Zone, number>>, words: (value: number) => string): string {
	const ordered = Object.entries(thresholds).sort(([, a], [, b]) => a - b);
	const place = ordered.findIndex(([name]) => name === zone);
	const from = ordered[place - 1]?.[1];
	const to = ordered[place]?.[1];
	if (from === undefined) return to === undefined || ordered.length === 1 ? "" : `up to ${words(to)}`;
	return place === ordered.length - 1 || to === undefined ? `above ${words(from)}` : `${words(from)} to ${words(to)}`;
}
