/** A metric family: what its samples have in common, and which samples belong to it. */
import type { Sample } from "./sample-line.ts";

export const FAMILY_TYPES = ["counter", "gauge", "histogram", "summary", "unknown", "gaugehistogram", "info", "stateset"] as const;
export type FamilyType = (typeof FAMILY_TYPES)[number];

export interface Family {
	/** Without the samples' suffix where the format says so: OpenMetrics' counter `http_requests` has the sample `http_requests_total`. */
	name: string;
	/** 0.0.4's `untyped` is `unknown` here, and so is a family without a word about it. */
	type: FamilyType;
	help?: string;
	unit?: string;
	samples: Sample[];
}

const HISTOGRAM = ["_bucket", "_sum", "_count"];

/** Suffixes of a family's samples; "" is the family's own name. */
const SUFFIXES: Record<"text" | "openMetrics", Partial<Record<FamilyType, readonly string[]>>> = {
	text: { histogram: HISTOGRAM, summary: ["", "_sum", "_count"] },
	openMetrics: {
		counter: ["_total", "_created"],
		histogram: [...HISTOGRAM, "_created"],
		summary: ["", "_sum", "_count", "_created"],
		gaugehistogram: ["_bucket", "_gsum", "_gcount"],
		info: ["_info"],
	},
};

export function suffixesOf(type: FamilyType, openMetrics: boolean): readonly string[] {
	return SUFFIXES[openMetrics ? "openMetrics" : "text"][type] ?? [""];
}

const ANY_SUFFIX = /_(?:bucket|sum|count|total|created|gsum|gcount|info)$/;

/** Names of the families that a sample may belong to, the likeliest first, with the suffix it would then have. */
export function candidates(sample: string): [family: string, suffix: string][] {
	const suffix = ANY_SUFFIX.exec(sample)?.[0];
	return suffix === undefined
		? [[sample, ""]]
		: [
				[sample, ""],
				[sample.slice(0, -suffix.length), suffix],
			];
}
