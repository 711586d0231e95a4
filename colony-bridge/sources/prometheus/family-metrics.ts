/** Converts a target's metric families to metrics of the dashboard. Names and labels stay unchanged. */
import type { Metric } from "../../colony.ts";
import { seriesKey } from "../../protocol/wire/selector.ts";
import type { SeriesType } from "../../protocol/wire/series.ts";
import { unitOfFamily, unitOfSample } from "../../protocol/wire/unit-names.ts";
import type { Family, FamilyType } from "./exposition/exposition.ts";
import type { Sample } from "./exposition/sample-line.ts";

export function familyMetrics(family: Family): Metric[] {
	const unit = unitOfFamily(family);
	const help = family.help?.slice(0, 2_000);
	// A counter is never negative.
	const type = family.type === "counter" && family.samples.some(({ value }) => value < 0) ? "gauge" : family.type;
	return family.samples.map((sample) => {
		const suffix = sample.name.slice(family.name.length);
		const own = unitOfSample(unit, suffix);
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
			// Without a TYPE: both formats name counters so.
			return sample.name.endsWith("_total") && sample.value >= 0 ? "counter" : "gauge";
		default:
			return "gauge";
	}
}

/** Beyond this many the memory is cleared: a series that differs every time is no collision. */
const REMEMBERED = 200_000;

/** Keeps series of several targets apart: where two have the same one, the label `instance` distinguishes them. */
export class ToldApart {
	/** Names that two targets have with the same labels. A name stays here: a series must not change its identity back and forth. */
	readonly #contested = new Set<string>();
	#owners = new Map<string, string>();

	/** Notes whose series these are. Call it for all targets before {@link label}. */
	note(target: string, metrics: readonly Metric[]): void {
		if (this.#owners.size > REMEMBERED) this.#owners = new Map();
		for (const { name, labels } of metrics) {
			if (this.#contested.has(name)) continue;
			const key = seriesKey(name, labels);
			const owner = this.#owners.get(key);
			if (owner === undefined) this.#owners.set(key, target);
			else if (owner !== target) this.#contested.add(name);
		}
	}

	/** @param dynamic targets come and go: only what names its worker or stream goes without, as long as nobody else says it. */
	label(instance: string, metrics: readonly Metric[], dynamic: boolean): Metric[] {
		return metrics.map((metric) => {
			const { name, labels } = metric;
			const owned = labels?.worker !== undefined || labels?.stream !== undefined;
			return this.#contested.has(name) || (dynamic && !owned) ? { ...metric, labels: withInstance(labels, instance) } : metric;
		});
	}
}

/** A target's own label of that name goes by another, as in Prometheus. */
function withInstance(labels: Metric["labels"], instance: string): NonNullable<Metric["labels"]> {
	if (labels?.instance === undefined) return { ...labels, instance };
	const { instance: own, ...others } = labels;
	return { ...others, exported_instance: own, instance };
}
