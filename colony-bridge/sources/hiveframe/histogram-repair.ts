/**
 * HiveFrame accumulates its histograms' buckets twice. A true cumulative count is the printed one less the printed one before, and one can
 * tell: the bucket +Inf is not `_count` as printed, and is once repaired. Anything else is left as it is.
 */

import { seriesKey } from "../../protocol/selector.ts";
import type { Family } from "../prometheus/exposition/family.ts";
import type { Sample } from "../prometheus/exposition/sample-line.ts";

export function repairHistogram(family: Family): Family {
	if (family.type !== "histogram") return family;
	const counts = new Map<string, number>();
	const buckets = new Map<string, Sample[]>();
	for (const sample of family.samples) {
		const suffix = sample.name.slice(family.name.length);
		if (suffix === "_count") counts.set(seriesKey("", sample.labels), sample.value);
		if (suffix !== "_bucket") continue;
		const key = seriesKey("", withoutBound(sample));
		const group = buckets.get(key);
		if (group) group.push(sample);
		else buckets.set(key, [sample]);
	}
	const repaired = new Map<Sample, Sample>();
	for (const [key, group] of buckets) {
		const count = counts.get(key);
		const last = group.at(-1);
		if (count === undefined || last === undefined || last.labels.le !== "+Inf" || last.value === count) continue;
		const own = group.map((sample, i) => ({ ...sample, value: sample.value - (group[i - 1]?.value ?? 0) }));
		const rises = own.every(({ value }, i) => value >= (own[i - 1]?.value ?? 0));
		if (!rises || own.at(-1)?.value !== count) continue;
		for (const [i, sample] of group.entries()) repaired.set(sample, own[i] as Sample);
	}
	if (repaired.size === 0) return family;
	return { ...family, samples: family.samples.map((sample) => repaired.get(sample) ?? sample) };
}

function withoutBound({ labels }: Sample): Record<string, string> {
	const { le: _, ...others } = labels;
	return others;
}
