/** What a target's families are as metrics of the dashboard. Names and labels stay as they are. */
import type { Metric } from "../../colony.ts";
import type { SeriesType } from "../../protocol/series.ts";
import type { Family } from "./exposition/family.ts";
import type { Sample } from "./exposition/sample-line.ts";

/** A sample with an older instant than this, in ms, is no news: Prometheus' own bound. */
const STALE_MS = 5 * 60_000;
const UNITS = /_(seconds|bytes|ratio|percent|celsius|meters|volts|amperes|joules|grams)$/;

export function familyMetrics(family: Family, now: number): Metric[] {
	const unit = family.unit ?? UNITS.exec(family.name.replace(/_total$/, ""))?.[1];
	const help = family.help?.slice(0, 2_000);
	return family.samples
		.filter(({ timestamp }) => timestamp === undefined || timestamp > now - STALE_MS)
		.map((sample) => {
			const suffix = sample.name.slice(family.name.length);
			const own = unitOf(unit, suffix);
			return {
				name: sample.name,
				type: seriesType(family, sample, suffix),
				value: sample.value,
				...(Object.keys(sample.labels).length > 0 && { labels: sample.labels }),
				...(own !== undefined && { unit: own.slice(0, 40) }),
				...(help && { help }),
			};
		});
}

/** Counts are counts, whatever is counted; an instant is in seconds. */
function unitOf(unit: string | undefined, suffix: string): string | undefined {
	if (suffix === "_created") return "seconds";
	return suffix === "_bucket" || suffix === "_count" || suffix === "_gcount" || suffix === "_info" ? undefined : unit;
}

function seriesType({ type, name }: Family, sample: Sample, suffix: string): SeriesType {
	if (suffix === "_created") return "gauge";
	switch (type) {
		case "counter":
			return "counter";
		case "histogram":
			return suffix === "_bucket" ? "bucket" : "counter";
		case "summary":
			return suffix === "_sum" || suffix === "_count" ? "counter" : "gauge";
		case "unknown":
			// Nobody said; both formats call a counter so.
			return name.endsWith("_total") || sample.name.endsWith("_total") ? "counter" : "gauge";
		default:
			return "gauge";
	}
}
