/** Rows of things that have numbers: a worker with the newest value of every series that carries its label. */

import type { RowWindow } from "../../colony-bridge/protocol/query/query.ts";
import type { Heard, Rows, RowsOf, StatusChange } from "../../colony-bridge/protocol/query/rows.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import type { HistoryReads } from "../history/reads.ts";
import type { Owned, OwnedTable } from "../state/owned-table.ts";
import type { StatusChanges } from "../state/status-changes.ts";
import { Toll, type Work } from "../work/work.ts";
import type { Facts, Hearing } from "./facts.ts";
import { type OwnNumbers, WindowedTable } from "./windowed-table.ts";

type Kind = "workers" | "streams" | "checks";
type Values = Record<string, number>;
interface WithChanges {
	changes?: number | undefined;
}

/** Changes of one answer in all: of each of many rows fewer are told. */
const MOST_CHANGES = 1000;
const FEWEST_CHANGES = 3;

/** Units of a row, and of each of its numbers. */
const ROW_UNITS = 20;
const NUMBER_UNITS = 10;

export class LabelledRows<T extends { id: string; status: string }, K extends Kind> {
	readonly #kind: K;
	readonly #label: string;
	readonly #table: OwnedTable<T>;
	readonly #hearing: Hearing;
	readonly #history: HistoryReads;
	readonly #windows: WindowedTable<T>;
	readonly #changes: StatusChanges<string>;
	readonly #rowOf: (entry: Owned<Heard<T>>, values: Values) => RowsOf[K];
	/** A row whose source and numbers did not change stays the same object, which makes its difference free. */
	readonly #rows = new WeakMap<Owned<Heard<T>>, { numbers: Numbers; row: RowsOf[K] }>();
	readonly #withinLimit = new WeakMap<RowsOf[K], { all: readonly StatusChange[]; most: number; row: RowsOf[K] }>();

	constructor(
		kind: K,
		label: string,
		table: OwnedTable<T>,
		{ state, hearing, history }: Pick<Facts, "state" | "hearing" | "history">,
		rankOf: (value: Heard<T>) => number,
		rowOf: (entry: Owned<Heard<T>>, values: Values) => RowsOf[K],
		own?: OwnNumbers<Heard<T>>,
	) {
		this.#kind = kind;
		this.#label = label;
		this.#table = table;
		this.#hearing = hearing;
		this.#history = history;
		// A status only reports its changes.
		this.#changes = state.changes[kind] as StatusChanges<string>;
		this.#windows = new WindowedTable(table, hearing, history, label, rankOf, { ...own, since: (value) => this.#since(value) });
		this.#rowOf = rowOf;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#windows.bytes;
	}

	*answer({ changes, ...window }: RowWindow & WithChanges): Work<Rows<K>> {
		return this.#withChanges(yield* this.#window(window), changes);
	}

	*#window(window: RowWindow): Work<Rows<K>> {
		const { entries, total, offset } = yield* this.#windows.window(window);
		const rows = yield* this.#rowsOf(entries);
		// After a long answer this is the present number.
		const unfiltered = Math.max(total, this.#table.size);
		return {
			kind: this.#kind,
			total,
			...(total !== unfiltered && { unfiltered }),
			...(offset > 0 && { offset }),
			rows,
		};
	}

	/** @returns those that match, in natural order of their ids. */
	matching(filter: string): Work<Owned<Heard<T>>[]> {
		return this.#windows.matching(filter);
	}

	/** Rows that pass, those in trouble first. */
	*chosen(passes: (id: string) => boolean, { limit, changes }: { limit: number } & WithChanges): Work<Rows<K>> {
		const chosen = yield* this.#windows.chosen(passes);
		const rows = yield* this.#rowsOf(chosen.slice(0, limit));
		return this.#withChanges({ kind: this.#kind, total: chosen.length, rows }, changes);
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
	one(id: string, changes?: number): Rows<K> {
		const entry = this.#table.get(id);
		const rows = entry ? [this.#row(this.#hearing.shown(entry))] : [];
		return this.#withChanges({ kind: this.#kind, total: rows.length, rows }, changes);
	}

	/** @param changes at most so many of each; none, or absent: none are told. */
	#withChanges(answer: Rows<K>, changes: number | undefined): Rows<K> {
		if (!changes) return answer;
		const room = Math.floor(MOST_CHANGES / Math.max(1, answer.rows.length));
		const most = Math.min(changes, Math.max(FEWEST_CHANGES, room));
		return { ...answer, rows: answer.rows.map((row) => this.#rowWithChanges(row, most)) };
	}

	#rowWithChanges(row: RowsOf[K], most: number): RowsOf[K] {
		const all = this.#changes.of(row.id);
		const cached = this.#withinLimit.get(row);
		if (cached?.all === all && cached.most === most) return cached.row;
		const next = { ...row, changes: all.slice(0, most) };
		this.#withinLimit.set(row, { all, most, row: next });
		return next;
	}

	#since({ id, ...row }: { id: string; since?: number }): number | undefined {
		return row.since ?? this.#changes.of(id)[0]?.at;
	}

	#row(entry: Owned<Heard<T>>): RowsOf[K] {
		const numbers = newestNumbers(this.#history, this.#label, entry.value.id);
		const { values, stale } = numbers;
		const cached = this.#rows.get(entry);
		if (cached && sameNumbers(cached.numbers.values, values) && sameNumbers(cached.numbers.stale ?? {}, stale ?? {})) return cached.row;
		const since = this.#since(entry.value);
		const row: RowsOf[K] = {
			...this.#rowOf(entry, values),
			...(since !== undefined && { since }),
			...(stale && { stale }),
		};
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
function newestNumbers(history: HistoryReads, label: string, id: string): Numbers {
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
