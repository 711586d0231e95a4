/** What a target's families are as metrics of the dashboard. Names and labels stay as they are. */
import type { Metric } from "../../colony.ts";
import type { SeriesType } from "../../protocol/series.ts";
import type { Family, FamilyType } from "./exposition/family.ts";
import type { Sample } from "./exposition/sample-line.ts";

const UNITS = /_(seconds|milliseconds|ms|bytes|kilobytes|megabytes|mb|gigabytes|ratio|percent|celsius|meters|volts|amperes|joules|grams)$/;
/** The field's short words, and ours. */
const LONG = new Map([
	["ms", "milliseconds"],
	["mb", "megabytes"],
]);

export function familyMetrics(family: Family): Metric[] {
	const word = family.unit ?? UNITS.exec(family.name.replace(/_total$/, ""))?.[1];
	const unit = word && (LONG.get(word) ?? word);
	const help = family.help?.slice(0, 2_000);
	// What counts does not go below nothing.
	const type = family.type === "counter" && family.samples.some(({ value }) => value < 0) ? "gauge" : family.type;
	return family.samples.map((sample) => {
		const suffix = sample.name.slice(family.name.length);
		const own = unitOf(unit, suffix);
		return {
			name: sample.name,
			type: seriesType(type, sample, suffix),
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

function seriesType(type: FamilyType, sample: Sample, suffix: string): SeriesType {
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
			return sample.name.endsWith("_total") && sample.value >= 0 ? "counter" : "gauge";
		default:
			return "gauge";
	}
}
