/** The catalogue of metrics: what there is, by name, with how it went lately. The series themselves are in `series-table.ts`. */
import type { Query } from "../../colony-bridge/protocol/query.ts";
import type { NameRow, Rows } from "../../colony-bridge/protocol/rows.ts";
import type { Metrics } from "../../colony-bridge/protocol/view.ts";
import type { Work } from "../work/work.ts";
import type { Dictionary } from "./dictionary.ts";
import type { Living } from "./living.ts";
import type { SeriesSearches } from "./search.ts";
import { Trends } from "./trend.ts";

type QueryOf<K extends Query["kind"]> = Extract<Query, { kind: K }>;

/** Label names told of a metric, and the series looked at for them. */
const MOST_LABELS = 32;
const LABELS_FROM = 64;
/** Series drawn for all trends of one answer together: a metric of more has none, and says so. */
const TREND_SERIES = 5000;

/** Units of a row, beside its series. */
const ROW_UNITS = 100;

export class Catalogue {
	readonly #dictionary: Dictionary;
	readonly #living: Living;
	readonly #searches: SeriesSearches;
	readonly #trends: Trends;

	/** @param metrics evaluates a trend */
	constructor(
		dictionary: Dictionary,
		living: Living,
		searches: SeriesSearches,
		metrics: (query: QueryOf<"metrics">, end: number) => Work<Metrics>,
	) {
		this.#dictionary = dictionary;
		this.#living = living;
		this.#searches = searches;
		this.#trends = new Trends(metrics);
	}

	/** Takes note that a late sample of this instant came. */
	late(at: number): void {
		this.#trends.late(at);
	}

	/** Metrics with a series that lives first, each in the order they came. @param now where trends end, ms */
	*names({ match, limit, trends }: QueryOf<"names">, now: number): Work<Rows<"names">> {
		const byName = yield* this.#searches.of(match).byName();
		const lives = (name: string) => this.#living.named(name).size > 0;
		const rows: [string, readonly number[]][] = [];
		for (const alive of [true, false]) {
			for (const entry of byName) {
				if (rows.length >= limit) break;
				if (lives(entry[0]) === alive) rows.push(entry);
			}
		}
		const all = this.#dictionary.named;
		let room = TREND_SERIES;
		const told: NameRow[] = [];
		for (const [i, [name, numbers]] of rows.entries()) {
			const row = this.#nameRow(name, numbers);
			yield ROW_UNITS + numbers.length;
			const cost = this.#living.named(name).size;
			if (i < trends && cost > 0 && cost <= room) {
				room -= cost;
				told.push({ ...row, trend: yield* this.#trends.of(name, row.type, now) });
			} else told.push(row);
		}
		return { kind: "names", total: byName.size, ...(byName.size !== all && { all }), rows: told };
	}

	#nameRow(name: string, numbers: readonly number[]): NameRow {
		const { type, unit, help } = this.#dictionary.get(numbers[0] as number);
		const labels = new Set<string>();
		for (const number of numbers.slice(0, LABELS_FROM)) for (const label in this.#dictionary.get(number).labels) labels.add(label);
		const living = this.#living.named(name);
		// Where all series of a name match, no need to look at each.
		const whole = numbers.length === this.#dictionary.match(name, {}).length;
		const alive = whole ? living.size : numbers.reduce((sum, number) => sum + (this.#living.has(number) ? 1 : 0), 0);
		const one = alive === 1 ? numbers.find((number) => this.#living.has(number)) : undefined;
		const newest = one === undefined ? undefined : this.#living.latest(one);
		return {
			id: name,
			type,
			...(unit !== undefined && { unit }),
			...(help !== undefined && { help }),
			labels: [...labels].sort().slice(0, MOST_LABELS),
			alive,
			seen: numbers.length,
			...newest,
		};
	}
}
