/** The dashboard's own numbers as a source of samples, beside those of the colony. */

import type { Matcher } from "../../../colony-bridge/protocol/promql/terms.ts";
import { METRIC_NAME } from "../../../colony-bridge/protocol/promql/terms.ts";
import type { OwnSeries } from "../../meter/own-history.ts";
import type { Work } from "../../work/work.ts";
import { Labels } from "../labels.ts";
import type { SampleSource, SeriesSamples, TakeSeries } from "../source.ts";
import { matching } from "./matching.ts";

export const ownLabels = ({ name, labels }: Pick<OwnSeries, "name" | "labels">): Labels => Labels.of({ ...labels, [METRIC_NAME]: name });

/** @param own all of them. Where the colony has a series of the same name and labels, that one counts. */
export function withOwn(colony: SampleSource, own: readonly OwnSeries[]): SampleSource {
	return {
		*each(matchers, from, to, take): Work<void> {
			const added = ownSamples(own, matchers, from, to);
			const known = new Set<string>();
			const taken: TakeSeries = (samples) => {
				if (added.length > 0) known.add(samples.labels.key);
				return take(samples);
			};
			if (colony.each) yield* colony.each(matchers, from, to, taken);
			else for (const samples of yield* colony.select(matchers, from, to)) yield* taken(samples);
			for (const samples of added) if (!known.has(samples.labels.key)) yield* take(samples);
		},
		*select(matchers, from, to): Work<SeriesSamples[]> {
			const found = yield* colony.select(matchers, from, to);
			const added = ownSamples(own, matchers, from, to);
			if (added.length === 0) return found;
			const known = new Set(found.map(({ labels }) => labels.key));
			return [...found, ...added.filter(({ labels }) => !known.has(labels.key))];
		},
	};
}

function ownSamples(own: readonly OwnSeries[], matchers: readonly Matcher[], from: number, to: number): SeriesSamples[] {
	const matches = matching(matchers);
	return own.flatMap((series) => {
		const labels = ownLabels(series);
		if (!matches(labels)) return [];
		const places = Array.from(series.times.keys()).filter((i) => {
			const at = series.times[i] as number;
			return at > from && at <= to && !Number.isNaN(series.values[i]);
		});
		if (places.length === 0) return [];
		const times = Float64Array.from(places, (i) => series.times[i] as number);
		const values = Float64Array.from(places, (i) => series.values[i] as number);
		return [{ labels, times, values, length: places.length }];
	});
}
