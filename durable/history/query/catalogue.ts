/** The sparkline of a metric: a few dozen values, aggregated across its series as suits its type. */

import type { QueryOf } from "../../../colony-bridge/protocol/query/query.ts";
import type { NameRow, Rows, SparklineValues } from "../../../colony-bridge/protocol/query/rows.ts";
import { LITTLE, rankOf } from "../../../colony-bridge/protocol/query/telling.ts";
import type { Metrics } from "../../../colony-bridge/protocol/query/view.ts";
import { defined } from "../../../colony-bridge/protocol/values/objects.ts";
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";
import { ENTRY_BYTES, OBJECT_BYTES } from "../../work/resident.ts";
import type { Work } from "../../work/work.ts";
import type { ActiveSeries } from "../index/active-series.ts";
import type { KnownSeries } from "../index/known-series.ts";
import type { SeriesSearches } from "../index/search.ts";
import { CHART_DEFAULTS } from "./target.ts";

const RANGE = "15m";
const POINTS = 45;
/** A sparkline changes when a step is complete, not with every push. */
const STEP_MS = 20_000;

type Evaluate = (query: QueryOf<"metrics">, end: number) => Work<Metrics>;

/** Trends remembered. */
const REMEMBERED = 500;

class Sparklines {
	readonly #metrics: Evaluate;
	readonly #sparklines = new Map<string, { end: number; trend: SparklineValues }>();

	constructor(metrics: Evaluate) {
		this.#metrics = metrics;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#sparklines.size * (ENTRY_BYTES + 4 * OBJECT_BYTES + POINTS * 16);
	}

	letGo(): void {
		this.#sparklines.clear();
	}

	/** Forgets the trends that a out-of-order sample of this instant belongs to. */
	outOfOrder(at: number): void {
		for (const [name, { trend }] of this.#sparklines) if (at > trend.start - trend.step) this.#sparklines.delete(name);
	}

	/** @param now ms */
	*of(name: string, type: SeriesDefinition["type"], now: number): Work<SparklineValues> {
		const end = Math.floor(now / STEP_MS) * STEP_MS;
		const cached = this.#sparklines.get(name);
		if (cached?.end === end) return cached.trend;
		const { series, start, step } = yield* this.#metrics(
			{ kind: "metrics", selectors: [name], range: RANGE, points: POINTS, fold: "together" },
			end,
		);
		const { aggregation = CHART_DEFAULTS[type], across, values = [] } = series[0] ?? {};
		const trend = { aggregation, ...(across && { fold: across.fold }), start, step, values };
		if (this.#sparklines.size >= REMEMBERED) this.#sparklines.clear();
		this.#sparklines.set(name, { end, trend });
		return trend;
	}
}

/** Label names told of a metric, and the series looked at for them. */
const MOST_LABELS = 32;
const LABELS_FROM = 64;
/** Series drawn for all trends of one answer together: a metric of more has none, and says so. */
const SPARKLINE_SERIES = 5000;

/** Units of a row, beside its series. */
const ROW_UNITS = 100;

/** All metrics by name, with their latest trends. The series themselves are in `series-table.ts`. */
export class Catalogue {
	readonly #dictionary: KnownSeries;
	readonly #active: ActiveSeries;
	readonly #searches: SeriesSearches;
	readonly #sparklines: Sparklines;

	/** @param metrics evaluates a trend */
	constructor(
		dictionary: KnownSeries,
		active: ActiveSeries,
		searches: SeriesSearches,
		metrics: (query: QueryOf<"metrics">, end: number) => Work<Metrics>,
	) {
		this.#dictionary = dictionary;
		this.#active = active;
		this.#searches = searches;
		this.#sparklines = new Sparklines(metrics);
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#sparklines.bytes;
	}

	letGo(): void {
		this.#sparklines.letGo();
	}

	/** Takes note that a out-of-order sample of this instant came. */
	outOfOrder(at: number): void {
		this.#sparklines.outOfOrder(at);
	}

	/** Metrics with a series that lives first, each in the order they came. @param now where trends end, ms */
	*names({ match, limit, sparklines, byRelevance }: QueryOf<"names">, now: number): Work<Rows<"names">> {
		const found = yield* this.#searches.of(match).byName();
		const byName = byRelevance ? this.#mostTelling(found) : found;
		const lives = (name: string) => this.#active.named(name).size > 0;
		const rows: [string, readonly number[]][] = [];
		for (const alive of [true, false]) {
			for (const entry of byName) {
				if (rows.length >= limit) break;
				if (lives(entry[0]) === alive) rows.push(entry);
			}
		}
		const unfiltered = this.#dictionary.named;
		let room = SPARKLINE_SERIES;
		const named: NameRow[] = [];
		for (const [i, [name, numbers]] of rows.entries()) {
			const row = this.#nameRow(name, numbers);
			yield ROW_UNITS + numbers.length;
			const cost = this.#active.named(name).size;
			if (i < sparklines && cost > 0 && cost <= room) {
				room -= cost;
				named.push({ ...row, sparkline: yield* this.#sparklines.of(name, row.type, now) });
			} else named.push(row);
		}
		return { kind: "names", total: found.size, ...(found.size !== unfiltered && { unfiltered }), rows: named };
	}

	#mostTelling(found: ReadonlyMap<string, readonly number[]>): ReadonlyMap<string, readonly number[]> {
		const ranked = [...found].map((entry) => ({ entry, rank: rankOf(this.#dictionary.get(entry[1][0] as number)) }));
		const telling = ranked.filter(({ rank }) => rank < LITTLE);
		return new Map((telling.length > 0 ? telling : ranked).sort((a, b) => a.rank - b.rank).map(({ entry }) => entry));
	}

	#nameRow(name: string, numbers: readonly number[]): NameRow {
		const { type, unit, help } = this.#dictionary.get(numbers[0] as number);
		const labels = new Set<string>();
		for (const number of numbers.slice(0, LABELS_FROM)) for (const label in this.#dictionary.get(number).labels) labels.add(label);
		const active = this.#active.named(name);
		// All series of the name match: none has to be inspected.
		const whole = numbers.length === this.#dictionary.match(name, {}).length;
		const alive = whole ? active.size : numbers.reduce((sum, number) => sum + (this.#active.has(number) ? 1 : 0), 0);
		const one = alive === 1 ? numbers.find((number) => this.#active.has(number)) : undefined;
		const newest = one === undefined ? undefined : this.#active.latest(one);
		return {
			id: name,
			type,
			...defined({ unit, help }),
			labels: [...labels].sort().slice(0, MOST_LABELS),
			active: alive,
			total: numbers.length,
			...newest,
		};
	}
}
