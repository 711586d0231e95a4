/** Names as Prometheus' text has them, and what its types say of the series of a family. */
import type { SeriesType } from "../../colony-bridge/protocol/wire/series.ts";
import { unitOfFamily, unitOfSample } from "../../colony-bridge/protocol/wire/unit-names.ts";
import type { WrittenSeries } from "./batches.ts";

/** Other characters become `_`, as where the bridge scrapes. */
export const metricName = (name: string): string => name.replace(/[^A-Za-z0-9_:]/g, "_").replace(/^(?=[0-9])/, "_");
export const labelName = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=[0-9])/, "_");

/** Two names that have become one keep both values. */
export function joinLabel(labels: Map<string, string>, name: string, value: string): void {
	const before = labels.get(name);
	labels.set(name, before === undefined ? value : `${before};${value}`);
}

/** By their numbers in remote write, where 0 says nothing. */
const TYPES = [undefined, "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"] as const;
export type FamilyType = NonNullable<(typeof TYPES)[number]>;
export const familyType = (number: number): FamilyType | undefined => TYPES[number];

/** The names of a family's samples end in these. */
const SUFFIXES: Record<FamilyType, readonly string[]> = {
	counter: ["", "_total"],
	gauge: [""],
	histogram: ["_bucket", "_sum", "_count"],
	gaugehistogram: ["_bucket", "_gsum", "_gcount"],
	summary: ["", "_sum", "_count"],
	info: ["", "_info"],
	stateset: [""],
};

function seriesType(type: FamilyType, suffix: string): SeriesType {
	if (type === "histogram" && suffix === "_bucket") return "bucket";
	const counts = type === "counter" || ((type === "histogram" || type === "summary") && suffix !== "");
	return counts ? "counter" : "gauge";
}

export interface Said {
	type: FamilyType;
	unit?: string | undefined;
	help?: string | undefined;
}

const MOST_UNIT = 40;
const MOST_HELP = 2_000;

/** Description of the series of one of a family's names, from its type, unit and help. */
function described(name: string, suffix: string, { type, unit, help }: Said): Required<Pick<WrittenSeries, "type">> & WrittenSeries {
	const own = unitOfSample(unitOfFamily({ name: name.slice(0, name.length - suffix.length), unit }), suffix);
	return {
		name,
		type: seriesType(type, suffix),
		...(own && { unit: own.slice(0, MOST_UNIT) }),
		...(help && { help: help.slice(0, MOST_HELP) }),
	};
}

/** Descriptions of all names that a family's samples may have. */
export function describedFamily(family: string, said: Said): ReturnType<typeof described>[] {
	return SUFFIXES[said.type].map((suffix) => described(`${family}${suffix}`, suffix, said));
}

/** Description of one sample's name: its end tells its family. */
export function describedSample(name: string, said: Said): ReturnType<typeof described> {
	const suffix = SUFFIXES[said.type].filter((each) => name.endsWith(each)).sort((a, b) => b.length - a.length)[0] ?? "";
	return described(name, suffix, said);
}
