/** Questions to a history: as it stands, or as of an instant. */
import type { QueryOf } from "../../colony-bridge/protocol/query/query.ts";
import type { Rows } from "../../colony-bridge/protocol/query/rows.ts";
import type { Metrics, Samples } from "../../colony-bridge/protocol/query/view.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/wire/series.ts";
import { residentBytes } from "../work/resident.ts";
import type { Work } from "../work/work.ts";
import { SeriesSearches, selection } from "./index/search.ts";
import { saturated } from "./query/aggregation.ts";
import { Catalogue } from "./query/catalogue.ts";
import { Charts } from "./query/charts.ts";
import { measured, type Points } from "./query/points.ts";
import { samples } from "./query/samples.ts";
import { type SamplesAsk, type SamplesJson, samplesJson } from "./query/samples-json.ts";
import { SeriesTable } from "./query/series-table.ts";
import type { SeriesSource } from "./query/target.ts";
import type { HistoryOptions } from "./tiers/tiers.ts";

/** Series that may be active, and known. */
export type SeriesLimits = Pick<HistoryOptions, "activeSeries" | "knownSeries">;

export class HistoryReads {
	/** Series and their samples, as queries read them. */
	readonly series: SeriesSource;
	readonly #limits: SeriesLimits;
	protected readonly searches: SeriesSearches;
	protected readonly catalogue: Catalogue;
	protected readonly table: SeriesTable;
	protected readonly charts: Charts;

	constructor(series: SeriesSource, limits: SeriesLimits) {
		this.series = series;
		this.#limits = limits;
		this.searches = new SeriesSearches(series.dictionary);
		this.catalogue = new Catalogue(series.dictionary, series.active, this.searches, (query, end) => this.metrics(query, end));
		this.table = new SeriesTable(series, this.searches);
		this.charts = new Charts(series);
	}

	/** Estimated resident bytes, heap and buffers, of what is kept to answer again. */
	get cached(): number {
		return residentBytes([this.searches, this.table, this.catalogue, this.charts]);
	}

	/** The same, with what is known of series of an instant that has passed. */
	get bytesAsOf(): number {
		return this.cached + this.series.active.bytes;
	}

	/** Newest sample of a series that lives: one within the last ten minutes. */
	latest(series: number): { at: number; value: number } | undefined {
		return this.series.active.latest(series);
	}

	/** Usual time between the newest samples of a series, ms; 0: not known. */
	cadence(series: number): number {
		return this.series.cadence(series);
	}

	/** @throws RangeError on a number that `define` never gave. */
	definition(series: number): SeriesDefinition {
		return this.series.dictionary.get(series);
	}

	/** Instant of the newest sample, ms; 0: none. */
	get newest(): number {
		return this.series.newest;
	}

	/** Series with a sample within the last ten minutes, all that are known, and how many of both there may be. */
	counts(): { active: number; total: number; limits: { active: number; total: number } } {
		const { activeSeries, knownSeries } = this.#limits;
		return { active: this.series.active.size, total: this.series.dictionary.count, limits: { active: activeSeries, total: knownSeries } };
	}

	/** Sum of the newest values of the active series of this name; undefined: there is none. */
	sum(name: string): number | undefined {
		let sum: number | undefined;
		for (const series of this.series.active.named(name)) sum = (sum ?? 0) + (this.series.active.latest(series)?.value ?? 0);
		return sum === undefined ? undefined : saturated(sum);
	}

	/** Numbers of all series of this name, those that have ended too. */
	ofName(name: string): readonly number[] {
		return this.series.dictionary.match(name, {});
	}

	/** Number of the series of this name and labels; undefined: it is not known. */
	find(series: Pick<SeriesDefinition, "name" | "labels">): number | undefined {
		return this.series.dictionary.find(series);
	}

	/** Active series of this name. */
	named(name: string): ReadonlySet<number> {
		return this.series.active.named(name);
	}

	/** Active series that carry this label. */
	labelled(label: string, value: string): Iterable<number> {
		return this.series.active.labelled(label, value);
	}

	/** Series, found by words or selectors, in a window of a sorted, filtered table. */
	list(query: QueryOf<"series">): Work<Rows<"series">> {
		return this.table.answer(query);
	}

	/** Metrics by name, found by words. @param now where their trends end, ms */
	names(query: QueryOf<"names">, now = this.newest): Work<Rows<"names">> {
		return this.catalogue.names(query, now);
	}

	/** A chart up to `end`, ms, where the query does not say it. Asked again after a push, it evaluates only what the push changed: nothing, where the query itself says the end. */
	metrics(query: QueryOf<"metrics">, end: number): Work<Metrics> {
		return this.charts.answer(query, end);
	}

	/** @param now the end, ms, where the query does not say it */
	samples(query: QueryOf<"samples">, now = this.newest): Work<Samples> {
		return samples(query, now, this.series);
	}

	/** Each selector's samples by themselves, as JSON. @param now as of {@link samples} */
	samplesJson(ask: SamplesAsk, now = this.newest): Work<SamplesJson> {
		return samplesJson(ask, now, this.series);
	}

	/** For exports: series of these selectors (absent: all), in an order that stays. @param from begins with this one. */
	select(selectors?: readonly string[], from?: number): Iterable<number> {
		return selection(this.series.dictionary, selectors, from);
	}

	/** For exports: all that is kept of a series in [start, end], ms; where only rollups are left, a value a bucket. Good until the next push. @param enough may stop there. */
	measurements(start: number, end: number, enough?: number): (series: number) => Points {
		const after = start - 1;
		const reader = this.series.store.reader({ after, until: end, bucketMs: 0 });
		return (series) => measured(reader, series, after, end, this.series.dictionary.type(series) === "gauge" ? "avg" : "last", enough);
	}
}
