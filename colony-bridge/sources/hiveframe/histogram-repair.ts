/**
 * HiveFrame accumulates its histograms' buckets twice. A true cumulative count is the printed one less the printed one before, and one can
 * tell: the bucket +Inf is not `_count` as printed, and is once repaired. Anything else is left as it is.
 */

import { histogramQuantile } from "../../protocol/query/quantile.ts";
import { seriesKey } from "../../protocol/wire/selector.ts";
import type { Family } from "../prometheus/exposition/exposition.ts";
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

/** Quantiles of what a histogram has counted lately: of the last minute, of all its time until a minute is known. */
const WINDOW_MS = 60_000;

interface Reading {
	at: number;
	counts: readonly number[];
}

export class WindowedQuantiles {
	#bounds: readonly number[] = [];
	/** Oldest first; the first is the newest that is a minute old. */
	#readings: Reading[] = [];

	/**
	 * @param bounds upper bounds, ascending; @param counts cumulative, one a bound
	 * @returns one a quantile, or undefined where nothing was counted in the window.
	 */
	read(bounds: readonly number[], counts: readonly number[], at: number, quantiles: readonly number[]): number[] | undefined {
		const newest = this.#readings.at(-1);
		const same = bounds.length === this.#bounds.length && bounds.every((bound, i) => bound === this.#bounds[i]);
		const fell = newest?.counts.some((count, i) => (counts[i] ?? 0) < count);
		if (!same || fell) this.#readings = [];
		this.#bounds = bounds;
		this.#readings.push({ at, counts });
		while ((this.#readings[1]?.at ?? at) <= at - WINDOW_MS) this.#readings.shift();
		const base = this.#readings[0];
		const lately = base && base.at <= at - WINDOW_MS ? counts.map((count, i) => count - (base.counts[i] ?? 0)) : counts;
		return (lately.at(-1) ?? 0) > 0 ? quantiles.map((q) => histogramQuantile(bounds, lately, q)) : undefined;
	}
}

/**
 * HiveFrame writes label values as they are: a quote or a backslash in one breaks the line. Where such a line is one of its own, the values
 * can still be told apart, because a value ends at a quote that a comma with a further label or the closing brace follows.
 */
const LINE = /^(hiveframe_[A-Za-z0-9_:]*)\{(.*)\}([ \t]+[^}]*)$/s;
const NEXT = /",([A-Za-z_][A-Za-z0-9_]*)="/g;

/** @returns the line with its values escaped; undefined where it is none of HiveFrame's or makes no sense that way either. */
export function mendLine(line: string): string | undefined {
	const [, name, inside, rest] = LINE.exec(line) ?? [];
	const first = /^([A-Za-z_][A-Za-z0-9_]*)="/.exec(inside ?? "");
	if (name === undefined || inside === undefined || !first || !inside.endsWith('"')) return undefined;
	const starts = [{ label: first[1] as string, at: first[0].length, before: 0 }];
	for (const match of inside.matchAll(NEXT)) {
		starts.push({ label: match[1] as string, at: match.index + match[0].length, before: match.index });
	}
	const pairs = starts.map(({ label, at }, i) => {
		const value = inside.slice(at, starts[i + 1]?.before ?? inside.length - 1);
		return `${label}="${value.replace(/[\\"]/g, "\\$&")}"`;
	});
	return `${name}{${pairs.join(",")}}${rest}`;
}
