/** Series as the rows of tables: those found by words or selectors with their newest value, or what an aggregation makes of each. */

import type { QueryOf } from "../../../colony-bridge/protocol/query/query.ts";
import type { Rows, SeriesRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { defined, setNewest } from "../../../colony-bridge/protocol/values/objects.ts";
import { RowOrder } from "../../rows/row-order.ts";
import { Exclusive, Toll, type Work } from "../../work/work.ts";
import { type SeriesSearches, selection } from "../index/search.ts";
import { entryOf, RangeValues, SERIES_TEXTS, type SeriesEntry } from "./range-values.ts";
import type { SeriesSource } from "./target.ts";

type SeriesQuery = QueryOf<"series">;

/** Tables remembered, those asked last: two may hold the same series in two ways. */
const REMEMBERED = 16;

/** Units of making a series a row. */
const ENTRY_UNITS = 20;

/** A series as a row: its key, its place in the columns of the order, and its texts where they were searched. */
const ENTRY_BYTES = 400;

/** A table, whatever its window. */
interface Table {
	entries(): Work<readonly SeriesEntry[]>;
	value(entry: SeriesEntry): number | undefined;
	change(entry: SeriesEntry): number | undefined;
	/** Number of the selectors' series that are not among the entries. */
	omitted(): number;
	order: RowOrder<SeriesEntry>;
	/** Number of entries held. */
	size(): number;
}

export class SeriesTable {
	readonly #source: SeriesSource;
	readonly #searches: SeriesSearches;
	readonly #tables = new Map<string, Table>();

	constructor(source: SeriesSource, searches: SeriesSearches) {
		this.#source = source;
		this.#searches = searches;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		let bytes = 0;
		for (const { size, order } of this.#tables.values()) bytes += size() * ENTRY_BYTES + order.bytes;
		return bytes;
	}

	letGo(): void {
		this.#tables.clear();
	}

	*answer(query: SeriesQuery): Work<Rows<"series">> {
		const { match, selectors, aggregation, range, ...window } = query;
		if (range === undefined && [window.sort, window.filter, window.around].every((option) => option === undefined))
			return yield* this.#plain(query);
		const key = JSON.stringify([match, selectors, aggregation, range]);
		const table = this.#tables.get(key) ?? this.#tableOf(query);
		setNewest(this.#tables, key, table, REMEMBERED);

		const entries = yield* table.entries();
		const { entries: rows, total, offset } = yield* table.order.window(entries, window);
		const unfiltered = selectors === undefined ? this.#source.dictionary.count : entries.length;
		const left = table.omitted();
		return {
			kind: "series",
			total,
			...(total !== unfiltered && { unfiltered }),
			...(offset > 0 && { offset }),
			...(left > 0 && { overall: entries.length + left }),
			rows: rows.map((entry) => this.#row(entry, table)),
		};
	}

	/** Active series first, each in the order they came: no need to look at more of them than are shown. */
	*#plain({ match, selectors, limit, offset = 0 }: SeriesQuery): Work<Rows<"series">> {
		const { dictionary, active } = this.#source;
		const found = yield* this.#found(selectors, match);
		yield found.length >> 2;
		const numbers: number[] = [];
		let before = offset;
		for (const alive of [true, false]) {
			for (const number of found) {
				if (numbers.length >= limit) break;
				if (active.has(number) === alive && before-- <= 0) numbers.push(number);
			}
		}
		const unfiltered = dictionary.count;
		return {
			kind: "series",
			total: found.length,
			...(found.length !== unfiltered && { unfiltered }),
			...(offset > 0 && { offset }),
			rows: numbers.map((number) => this.#row(entryOf(number, dictionary.get(number)))),
		};
	}

	*#found(selectors: readonly string[] | undefined, match: string | undefined): Work<readonly number[]> {
		const matching = this.#searches.of(match);
		if (!selectors) return yield* matching.found();
		const toll = new Toll();
		const numbers: number[] = [];
		for (const number of selection(this.#source.dictionary, selectors)) {
			numbers.push(number);
			if (toll.due(4)) yield toll.taken();
		}
		numbers.sort((a, b) => a - b);
		if (match === undefined) return numbers;
		const found = new Set(yield* matching.found());
		yield found.size;
		return numbers.filter((number) => found.has(number));
	}

	#tableOf({ match, selectors, aggregation, range }: SeriesQuery): Table {
		const { dictionary, active } = this.#source;
		const rangeValues = range !== undefined && selectors ? new RangeValues({ selectors, aggregation, range }, this.#source) : undefined;
		const value = (entry: SeriesEntry) => (rangeValues ? rangeValues.value(entry) : active.latest(entry.number as number)?.value);
		const change = (entry: SeriesEntry) => rangeValues?.change(entry);
		const numbers: Record<string, (entry: SeriesEntry) => number | undefined> = {
			value,
			change,
			at: ({ number }) => (number === undefined ? undefined : active.latest(number)?.at),
		};
		let current: readonly SeriesEntry[] = [];
		let currentVersion = "";
		const found = this.#found.bind(this);
		function* entries(): Work<readonly SeriesEntry[]> {
			const version = `${dictionary.size} ${dictionary.revision}`;
			if (version === currentVersion) return current;
			const toll = new Toll();
			const fresh: SeriesEntry[] = [];
			// A copy: what is found goes on growing while this pauses.
			for (const number of [...(yield* found(selectors, match))]) {
				fresh.push(entryOf(number, dictionary.get(number)));
				if (toll.due(ENTRY_UNITS)) yield toll.taken();
			}
			current = fresh;
			currentVersion = version;
			return current;
		}
		const working = new Exclusive<readonly SeriesEntry[]>();
		return {
			entries: () => rangeValues?.entries() ?? working.run(entries),
			value,
			change,
			omitted: () => (rangeValues ? Math.max(0, rangeValues.total - rangeValues.read) : 0),
			size: () => rangeValues?.size ?? current.length,
			order: new RowOrder({
				...SERIES_TEXTS,
				rank: { moves: true, read: ({ number }) => (number === undefined || active.has(number) ? 0 : 1) },
				number: (name) => ({ moves: true, read: numbers[name.toLowerCase()] ?? (() => undefined) }),
			}),
		};
	}

	#row(entry: SeriesEntry, table?: Table): SeriesRow {
		const latest = entry.number === undefined ? undefined : this.#source.active.latest(entry.number);
		const value = table ? table.value(entry) : latest?.value;
		const change = table?.change(entry);
		return {
			id: entry.id,
			...entry.definition,
			...defined({ value, change }),
			...(latest && { at: latest.at }),
		};
	}
}
