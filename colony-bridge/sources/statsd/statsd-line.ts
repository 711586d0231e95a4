/**
 * One line of StatsD, with DogStatsD's tags and packed values: `name:value|type|@rate|#tag:value,tag`, as in `queue.depth:-3|g` or
 * `request.took:12:14|ms|@0.1|#worker:w1`.
 */
import { metricLabel, metricName } from "./statsd-names.ts";

export const TYPES = { c: "counter", g: "gauge", ms: "timer", h: "histogram", d: "histogram", s: "set" } as const;
export type StatsdType = (typeof TYPES)[keyof typeof TYPES];

export interface StatsdLine {
	name: string;
	type: StatsdType;
	/** A member of a set: any text. */
	values: string[];
	/** Share of the events that are told. */
	rate: number;
	labels: Record<string, string>;
}

/** @throws with the reason. */
export function parseStatsd(line: string): StatsdLine {
	if (/^_(e|sc)[{|]/.test(line)) throw new Error("events and service checks are not read");
	const [head = "", type = "", ...more] = line.split("|");
	const colon = head.indexOf(":");
	const name = metricName(head.slice(0, colon));
	if (colon < 1 || name === "") throw new Error(`${quoted(line)} is no StatsD line: write name:value|type`);
	if (!Object.hasOwn(TYPES, type)) throw new Error(`${quoted(line)} has the type ${quoted(type)}: write c, g, ms, h, d or s`);
	const kind = TYPES[type as keyof typeof TYPES];
	const rest = head.slice(colon + 1);
	const values = kind === "set" ? [rest] : rest.split(":");
	if (kind !== "set" && values.some((value) => !isNumber(value))) throw new Error(`${quoted(line)} has a value that is no number`);
	let rate = 1;
	let labels: Record<string, string> = {};
	for (const part of more) {
		if (part.startsWith("@")) rate = Number(part.slice(1));
		else if (part.startsWith("#")) labels = labelsOf(part.slice(1));
	}
	if (!(rate > 0 && rate <= 1)) throw new Error(`${quoted(line)} has a sample rate that is not above 0 and up to 1`);
	return { name, type: kind, values, rate, labels };
}

const isNumber = (text: string): boolean => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text));

/** A tag without a value says that something is so. */
function labelsOf(tags: string): Record<string, string> {
	const labels = new Map<string, string>();
	for (const tag of tags.split(",")) {
		const colon = tag.indexOf(":");
		const name = metricLabel(colon < 0 ? tag : tag.slice(0, colon));
		if (name !== "") labels.set(name, colon < 0 ? "true" : tag.slice(colon + 1));
	}
	return Object.fromEntries(labels);
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 60));
