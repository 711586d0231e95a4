/** Rows of things that have numbers: a worker with the newest value of every series that carries its label. */

import type { RowWindow } from "../../colony-bridge/protocol/query/query.ts";
import type { Heard, Rows, RowsOf } from "../../colony-bridge/protocol/query/rows.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import type { History } from "../history/history.ts";
import type { Owned, OwnedTable } from "../state/owned-table.ts";
import { Toll, type Work } from "../work/work.ts";
import type { Facts, Hearing } from "./facts.ts";
import { type OwnNumbers, WindowedTable } from "./windowed-table.ts";

type Kind = "workers" | "streams" | "checks";
type Values = Record<string, number>;

/** Units of a row, and of each of its numbers. */
const ROW_UNITS = 20;
const NUMBER_UNITS = 10;

export class LabelledRows<T extends { id: string; status: string }, K extends Kind> {
	readonly #kind: K;
	readonly #label: string;
	readonly #table: OwnedTable<T>;
	readonly #hearing: Hearing;
	readonly #history: History;
	readonly #windows: WindowedTable<T>;
	readonly #rowOf: (entry: Owned<Heard<T>>, values: Values) => RowsOf[K];
	/** A row whose source and numbers did not change stays the same object, which makes its difference free. */
	readonly #rows = new WeakMap<Owned<Heard<T>>, { numbers: Numbers; row: RowsOf[K] }>();

	constructor(
		kind: K,
		label: string,
		table: OwnedTable<T>,
		{ hearing, history }: Pick<Facts, "hearing" | "history">,
		rankOf: (value: Heard<T>) => number,
		rowOf: (entry: Owned<Heard<T>>, values: Values) => RowsOf[K],
		own?: OwnNumbers<Heard<T>>,
	) {
		this.#kind = kind;
		this.#label = label;
		this.#table = table;
		this.#hearing = hearing;
		this.#history = history;
		this.#windows = new WindowedTable(table, hearing, history, label, rankOf, own);
		this.#rowOf = rowOf;
	}

	*answer(window: RowWindow): Work<Rows<K>> {
		const { entries, total, offset } = yield* this.#windows.window(window);
		const rows = yield* this.#rowsOf(entries);
		// Of an answer that took long it is as many as there are now.
		const all = Math.max(total, this.#table.size);
		return {
			kind: this.#kind,
			total,
			...(total !== all && { all }),
			...(offset > 0 && { offset }),
			rows,
		};
	}

	/** @returns those that match, in natural order of their ids. */
	matching(filter: string): Work<Owned<Heard<T>>[]> {
		return this.#windows.matching(filter);
	}

	/** Of those that pass, whatever their order would be, what is in trouble first. */
	*chosen(passes: (id: string) => boolean, limit: number): Work<Rows<K>> {
		const chosen = yield* this.#windows.chosen(passes);
		return { kind: this.#kind, total: chosen.length, rows: yield* this.#rowsOf(chosen.slice(0, limit)) };
	}

	*#rowsOf(entries: readonly Owned<Heard<T>>[]): Work<RowsOf[K][]> {
		const toll = new Toll();
		const rows: RowsOf[K][] = [];
		for (const entry of entries) {
			const row = this.#row(entry);
			rows.push(row);
			if (toll.due(ROW_UNITS + NUMBER_UNITS * Object.keys(row.values).length)) yield toll.taken();
		}
		yield toll.taken();
		return rows;
	}

	/** The table of this one alone; empty where there is none. */
	one(id: string): Rows<K> {
		const entry = this.#table.get(id);
		return { kind: this.#kind, total: entry ? 1 : 0, rows: entry ? [this.#row(this.#hearing.shown(entry))] : [] };
	}

	#row(entry: Owned<Heard<T>>): RowsOf[K] {
		const numbers = newestNumbers(this.#history, this.#label, entry.value.id);
		const { values, stale } = numbers;
		const known = this.#rows.get(entry);
		if (known && sameNumbers(known.numbers.values, values) && sameNumbers(known.numbers.stale ?? {}, stale ?? {})) return known.row;
		const made = this.#rowOf(entry, values);
		const row: RowsOf[K] = stale ? { ...made, stale } : made;
		this.#rows.set(entry, { numbers, row });
		return row;
	}
}

interface Numbers {
	values: Values;
	/** Instants of those that are old, ms. */
	stale?: Values;
}

/** A number this much older than the newest beside it may be one that comes no more: its own interval tells. */
const SUSPECT_MS = 15_000;
const INTERVALS = 3;
const UNKNOWN_MS = 60_000;

/** By metric name; a series with further labels goes by its name and those. Buckets of a histogram say nothing by themselves. */
function newestNumbers(history: History, label: string, id: string): Numbers {
	const found: { key: string; number: number; at: number; value: number }[] = [];
	let newest = 0;
	for (const number of history.labelled(label, id)) {
		const latest = history.latest(number);
		if (!latest) continue;
		const { name, labels, type } = history.definition(number);
		if (type === "bucket") continue;
		const { [label]: _, ...further } = labels ?? {};
		found.push({ key: seriesKey(name, further), number, ...latest });
		newest = Math.max(newest, latest.at);
	}
	const stale = found.filter(({ number, at }) => {
		const age = newest - at;
		return age > SUSPECT_MS && age > (INTERVALS * history.cadence(number) || UNKNOWN_MS);
	});
	// Not by assignment: a metric may be called __proto__.
	return {
		values: Object.fromEntries(found.map(({ key, value }) => [key, value])),
		...(stale.length > 0 && { stale: Object.fromEntries(stale.map(({ key, at }) => [key, at])) }),
	};
}

function sameNumbers(a: Values, b: Values): boolean {
	const names = Object.keys(a);
	return names.length === Object.keys(b).length && names.every((name) => Object.is(a[name], b[name]));
}
