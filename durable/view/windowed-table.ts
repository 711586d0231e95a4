/** A table's entries in natural order of their ids. Their values are looked up by their places in it. */

import type { RowWindow } from "../../colony-bridge/protocol/query/query.ts";
import type { Heard } from "../../colony-bridge/protocol/query/rows.ts";
import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import { compareText, naturalKey } from "../../colony-bridge/protocol/values/text.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import type { HistoryReads } from "../history/reads.ts";
import { type Found, type NumberColumn, type RowFields, RowOrder } from "../rows/row-order.ts";
import type { Owned, OwnedTable } from "../state/owned-table.ts";
import { BUFFER_BYTES, residentBytes } from "../work/resident.ts";
import { Exclusive, sorted, Toll, type Work } from "../work/work.ts";
import type { Hearing } from "./facts.ts";

/** Units of an id's key, and of an entry as it is shown. */
const KEY_UNITS = 10;
const SHOWN_UNITS = 3;

interface Arranged<T extends { id: string; status: string }> {
	/** The same array as long as nothing changed. */
	entries: readonly Owned<Heard<T>>[];
	/** The same array as long as no id came or went: places mean the same. */
	ids: readonly string[];
}

class Arrangement<T extends { id: string; status: string }> {
	readonly table: OwnedTable<T>;
	readonly #hearing: Hearing;
	#members = -1;
	#version = "";
	#arranged: Arranged<T> = { entries: [], ids: [] };
	readonly #working = new Exclusive<Arranged<T>>();

	constructor(table: OwnedTable<T>, hearing: Hearing) {
		this.table = table;
		this.#hearing = hearing;
	}

	/** The table at some instant of this work. */
	arranged(): Work<Arranged<T>> {
		return this.#working.run(() => this.#arrange());
	}

	*#arrange(): Work<Arranged<T>> {
		if (this.#version === this.#versionNow) return this.#arranged;
		// A copy of the table: pushes may change it while this pauses.
		const { members } = this.table;
		const version = this.#versionNow;
		const same = this.#members === members;
		const entries = same ? this.#arranged.ids.map((id) => this.table.get(id) as Owned<T>) : [...this.table.values()];
		yield entries.length;
		// Sorting ten thousand ids is dear and they seldom change: only that sorts again.
		const ordered = same ? entries : yield* inNaturalOrder(entries);
		const toll = new Toll();
		const shown: Owned<Heard<T>>[] = [];
		for (const entry of ordered) {
			shown.push(this.#hearing.shown(entry));
			if (toll.due(SHOWN_UNITS)) yield toll.taken();
		}
		this.#arranged = { entries: shown, ids: same ? this.#arranged.ids : ordered.map(({ value }) => value.id) };
		this.#members = members;
		this.#version = version;
		return this.#arranged;
	}

	get #versionNow(): string {
		return `${this.table.version} ${this.#hearing.version}`;
	}
}

/** By their ids. */
export function* inNaturalOrder<Entry extends Owned<{ id: string }>>(entries: readonly Entry[]): Work<Entry[]> {
	const toll = new Toll();
	const keyed: { id: string; key: string; entry: Entry }[] = [];
	for (const entry of entries) {
		const { id } = entry.value;
		keyed.push({ id, key: naturalKey(id), entry });
		if (toll.due(KEY_UNITS)) yield toll.taken();
	}
	const order = yield* sorted(keyed, (a, b) => compareText(a.key, b.key) || compareText(a.id, b.id));
	return order.map(({ entry }) => entry);
}

/** Fields by what a reader finds in them, in lower case. Every other name is a metric's. */
const TEXTS = ["id", "name", "role", "host", "status", "health", "message", "bridge"];
const NUMBERS = ["restarts", "pid", "startedat", "at", "watermark"];
/** Units of looking whether an id is chosen: by a few globs. */
const CHOICE_UNITS = 20;
/** Metrics whose series are remembered. */
const METRICS = 16;
/** Resident bytes of an entry in the order of ids. */
const PLACE_BYTES = 32;

export type OwnNumbers<T> = Record<string, (value: T) => number | undefined>;

/** Windows of what bridges own and series are about: workers, streams, checks, by their fields and by their metrics. */
export class WindowedTable<T extends { id: string; status: string }> {
	readonly #arrangement: Arrangement<T>;
	readonly #history: HistoryReads;
	readonly #metrics: MetricColumns;
	readonly #order: RowOrder<Owned<Heard<T>>>;
	readonly #own: OwnNumbers<Heard<T>>;
	readonly #rankOf: (value: Heard<T>) => number;
	/** Whom the metrics' columns stand for. */
	#ids: readonly string[] = [];

	/**
	 * @param label what tells whose a series is
	 * @param own numbers of the rows that are no plain field, by names in lower case
	 * @param rankOf order where none is asked for: 0 for what comes first, small whole numbers; then by id
	 */
	constructor(
		table: OwnedTable<T>,
		hearing: Hearing,
		history: HistoryReads,
		label: string,
		rankOf: (value: Heard<T>) => number,
		own: OwnNumbers<Heard<T>> = {},
	) {
		this.#own = own;
		this.#rankOf = rankOf;
		this.#arrangement = new Arrangement(table, hearing);
		this.#history = history;
		this.#metrics = new MetricColumns(history, label, METRICS);
		this.#order = new RowOrder<Owned<Heard<T>>>({
			id: ({ value }) => value.id,
			inOrder: "id",
			rank: { moves: false, read: ({ value }) => rankOf(value) },
			...ownedTexts<Heard<T>>(TEXTS),
			number: (name) => this.#number(name),
		});
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#ids.length * PLACE_BYTES + residentBytes([this.#order, this.#metrics]);
	}

	*window(window: RowWindow): Work<Found<Owned<Heard<T>>>> {
		return yield* this.#order.window(yield* this.#refreshed(), window);
	}

	/** Those that pass, in the order where none is asked for. */
	*chosen(passes: (id: string) => boolean): Work<Owned<Heard<T>>[]> {
		const rank = new Map<Owned<Heard<T>>, number>();
		const toll = new Toll();
		for (const entry of yield* this.#refreshed()) {
			if (passes(entry.value.id)) rank.set(entry, this.#rankOf(entry.value));
			if (toll.due(CHOICE_UNITS)) yield toll.taken();
		}
		return yield* sorted([...rank.keys()], (a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
	}

	/** @returns those that match, in natural order of their ids. */
	*matching(filter: string): Work<Owned<Heard<T>>[]> {
		return yield* this.#order.matching(yield* this.#refreshed(), filter);
	}

	*#refreshed(): Work<readonly Owned<Heard<T>>[]> {
		const { entries, ids } = yield* this.#arrangement.arranged();
		if (this.#ids !== ids) this.#metrics.clear();
		this.#ids = ids;
		return entries;
	}

	#number(field: string): NumberColumn<Owned<Heard<T>>> {
		const name = field.toLowerCase();
		if (NUMBERS.includes(name)) return { moves: false, read: (entry) => numberOf(entry, name) };
		const own = Object.hasOwn(this.#own, name) ? this.#own[name] : undefined;
		if (own) return { moves: false, read: ({ value }) => own(value) };
		if (name === "uptime") return { moves: true, read: (entry) => sinceThen(this.#history.newest, numberOf(entry, "startedat")) };
		// Some colonies list a worker's tasks, some count them.
		const tasks = name === "tasks";
		const metric = this.#metrics.of(tasks ? "tasks_active" : field, this.#ids.length);
		return { moves: true, read: (entry, place) => (tasks ? listed(entry) : undefined) ?? metric.value(place, entry.value.id) };
	}
}

/** @param names of fields that are texts, in lower case; `bridge` is who speaks for the row */
export function ownedTexts<T>(names: readonly string[]): Pick<RowFields<Owned<T>>, "text" | "words"> {
	const read = ({ value, bridge }: Owned<T>, name: string) => {
		if (name === "bridge") return bridge;
		const text = (value as Record<string, unknown>)[name];
		return typeof text === "string" ? text : undefined;
	};
	return {
		text: (written) => {
			const name = written.toLowerCase();
			return names.includes(name) ? (entry) => read(entry, name) : undefined;
		},
		words: (entry) => names.map((name) => read(entry, name)),
	};
}

/** Age, ms. */
export const sinceThen = (now: number, then: number | undefined): number | undefined =>
	then === undefined ? undefined : Math.max(0, now - then);

/** @param name in lower case */
function numberOf<T>({ value, at }: Owned<T>, name: string): number | undefined {
	const field = (value as Record<string, unknown>)[name === "startedat" ? "startedAt" : name];
	return typeof field === "number" ? field : name === "at" ? at : undefined;
}

function listed<T>({ value }: Owned<T>): number | undefined {
	const { tasks } = value as { tasks?: unknown };
	return Array.isArray(tasks) ? tasks.length : undefined;
}

/** One metric of many things of a kind: the newest `cpu_percent` of each worker. Which series is whose is looked up once. */
export class MetricColumn {
	readonly #history: HistoryReads;
	readonly #label: string;
	readonly #metric: string;
	/** By place, the number of the series; -1 where none has been found yet. */
	readonly #series: Int32Array;

	/**
	 * @param label what tells whose a series is, e.g. `worker`
	 * @param metric a name as in a row's `values`: with the further labels, where there are some
	 * @param places how many things there are
	 */
	constructor(history: HistoryReads, label: string, metric: string, places: number) {
		this.#history = history;
		this.#label = label;
		this.#metric = metric;
		this.#series = new Int32Array(places).fill(-1);
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#series.byteLength + BUFFER_BYTES;
	}

	/** @param place always the same for an id. @returns undefined where it has no such series that lives */
	value(place: number, id: string): number | undefined {
		const series = this.#series[place] as number;
		const newest = series < 0 ? undefined : this.#history.latest(series);
		if (newest) return newest.value;
		for (const number of this.#history.labelled(this.#label, id)) {
			const { name, labels, type } = this.#history.definition(number);
			if (type === "bucket" || !this.#metric.startsWith(name)) continue;
			const { [this.#label]: _, ...further } = labels ?? {};
			if (seriesKey(name, further) !== this.#metric) continue;
			this.#series[place] = number;
			return this.#history.latest(number)?.value;
		}
		return undefined;
	}
}

/** Columns of one arrangement of things, the few asked for last. */
export class MetricColumns {
	readonly #history: HistoryReads;
	readonly #label: string;
	readonly #most: number;
	readonly #columns = new Map<string, MetricColumn>();

	constructor(history: HistoryReads, label: string, most: number) {
		this.#history = history;
		this.#label = label;
		this.#most = most;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return residentBytes(this.#columns.values());
	}

	/** The arrangement is another. */
	clear(): void {
		this.#columns.clear();
	}

	of(metric: string, places: number): MetricColumn {
		const column = this.#columns.get(metric) ?? new MetricColumn(this.#history, this.#label, metric, places);
		setNewest(this.#columns, metric, column, this.#most);
		return column;
	}
}
