/** The targets of a query: each selector, with the aggregation across its series. */

import { instantMetric } from "../../../colony-bridge/protocol/query/instant-metric.ts";
import type { Fold } from "../../../colony-bridge/protocol/query/query.ts";
import type { Aggregation } from "../../../colony-bridge/protocol/wire/measure.ts";
import type { Labels } from "../../../colony-bridge/protocol/wire/names.ts";
import { parseSelector } from "../../../colony-bridge/protocol/wire/selector.ts";
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";
import type { Store } from "../blocks/chunk.ts";
import type { ActiveSeries } from "../index/active-series.ts";
import type { KnownSeries } from "../index/known-series.ts";

export const QUANTILES: Partial<Record<Aggregation, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

/** Source of the series of a query. */
export interface SeriesSource {
	dictionary: KnownSeries;
	active: ActiveSeries;
	store: Store;
	readonly newest: number;
	/** Usual time between samples of a series, ms; 0: not known. */
	cadence(series: number): number;
	/** Shortest time between values that are kept of an instant, ms; 0: all that was measured is. */
	resolution(at: number): number;
}

/** `pool`: one quantile of all the samples. `histogram`: a quantile out of buckets, all of one `le` added up. */
type OneLine = "sum" | "avg" | "min" | "max";
export type SeriesAggregation = OneLine | "each" | "pool" | "histogram";

/** One line of all its series. */
export const isAggregated = (seriesAggregation: SeriesAggregation): seriesAggregation is OneLine =>
	seriesAggregation !== "each" && seriesAggregation !== "pool" && seriesAggregation !== "histogram";

/** Default aggregation of the samples of a step: in a chart, for the newest value, for samples. */
type Defaults = Record<SeriesDefinition["type"], Aggregation>;
export const CHART_DEFAULTS: Defaults = { gauge: "avg", counter: "rate", bucket: "p50" };
export const NEWEST_DEFAULTS: Defaults = { gauge: "last", counter: "last", bucket: "last" };
export const SAMPLE_DEFAULTS: Defaults = { gauge: "avg", counter: "last", bucket: "last" };

export interface SeriesTarget {
	selector: string;
	name: string;
	labels: Labels;
	/** Type of its first series. */
	type: SeriesDefinition["type"];
	unit?: string;
	aggregation: Aggregation;
	seriesAggregation: SeriesAggregation;
	/** Buckets only: one histogram a set of labels, not one of all. */
	apart: boolean;
}

interface SeriesRequest {
	selectors: readonly string[];
	aggregation?: Aggregation | undefined;
	fold?: Fold | undefined;
}

const AVERAGED = new Set(["percent", "ratio", "celsius"]);

/** @param apart whether the series of a target that nobody says how to aggregate are kept apart */
export function targets(
	request: SeriesRequest,
	dictionary: KnownSeries,
	defaults: Defaults,
	apart?: (selector: Selected) => boolean,
): { targets: SeriesTarget[]; unknown: string[] } {
	const found: SeriesTarget[] = [];
	const unknown: string[] = [];
	for (const selector of new Set(request.selectors)) {
		const parsed = parseSelector(selector);
		const first = parsed && dictionary.match(parsed.name, parsed.labels)[0];
		if (parsed === undefined || first === undefined) {
			unknown.push(selector);
			continue;
		}
		const { type, unit } = dictionary.get(first);
		const aggregation = request.aggregation ?? (instantMetric(parsed.name) === undefined ? defaults[type] : "last");
		const each = request.fold === "each" || (request.fold === undefined && apart?.({ selector, ...parsed }) === true);
		found.push({
			selector,
			...parsed,
			type,
			...(unit !== undefined && { unit }),
			aggregation,
			seriesAggregation: seriesAggregationOf({ name: parsed.name, type, unit }, aggregation, each ? "each" : request.fold),
			apart: request.fold === "each",
		});
	}
	return { targets: found, unknown };
}

type Described = Pick<SeriesDefinition, "name" | "type"> & { unit?: string | undefined };

function seriesAggregationOf({ name, type, unit }: Described, aggregation: Aggregation, fold?: Fold): SeriesAggregation {
	const quantile = QUANTILES[aggregation] !== undefined;
	if (quantile && type === "bucket") return "histogram";
	if (fold && fold !== "together") return fold;
	if (quantile) return "pool";
	if (instantMetric(name) !== undefined) return "max";
	return type === "gauge" && unit !== undefined && AVERAGED.has(unit) ? "avg" : "sum";
}

/** Which series are meant. */
export type Selected = Pick<SeriesTarget, "selector" | "name" | "labels">;

/** All series of the target, ascending. */
export function members(target: Selected, dictionary: KnownSeries): readonly number[] {
	return dictionary.match(target.name, target.labels);
}

/** The active members, ascending. */
export function activeMembers(target: Selected, dictionary: KnownSeries, active: ActiveSeries): number[] {
	const labels = Object.entries(target.labels);
	const sets = [active.named(target.name), ...labels.map(([label, value]) => active.labelled(label, value))];
	const fewest = sets.reduce((least, set) => (set.size < least.size ? set : least));
	const named = active.named(target.name);
	const carries = dictionary.carrying(target.labels);
	return [...fewest].filter((number) => named.has(number) && carries(number)).sort((a, b) => a - b);
}
