/**
 * A window of a sorted, filtered table, over all of its rows at every push: for one viewer at ten thousand rows it costs a few
 * milliseconds. What depends on texts is kept until the table changes; numbers change with every push.
 */
import type { RowWindow } from "../../colony-bridge/protocol/query.ts";
import { holds, parseFilter, type Term } from "../../colony-bridge/protocol/row-filter.ts";
import type { History } from "../history/history.ts";
import type { Owned, OwnedTable } from "../state/owned-table.ts";
import { Arrangement } from "./arrangement.ts";
import { MetricColumns } from "./metric-column.ts";
import { compareText, naturalKey } from "./natural-order.ts";
import { keysBefore, ranked } from "./ranking.ts";

/** Fields by what a reader finds in them. Every other name is a metric's. */
const TEXTS = ["id", "name", "role", "host", "status", "health", "message", "bridge"];
const NUMBERS = ["restarts", "pid", "startedat", "at", "since", "watermark"];
/** Metrics, filters and columns of text remembered, those asked for last. */
const REMEMBERED = 16;

export interface Found<T> {
	entries: Owned<T>[];
	/** How many match. */
	total: number;
	/** How many of them come before the first entry. */
	offset: number;
}

export class WindowedTable<T extends { id: string }> {
	readonly #arrangement: Arrangement<T>;
	readonly #rankOf: (value: T) => number;
	readonly #metrics: MetricColumns;
	/** What the remembered columns stand for. */
	#members = -1;
	#entries: readonly Owned<T>[] = [];
	readonly #remembered = new Map<string, Float64Array | Uint32Array>();
	readonly #haystacks = new WeakMap<Owned<T>, string>();

	/**
	 * @param label what tells whose a series is
	 * @param rankOf order where none is asked for: 0 for what comes first, small whole numbers; then by id
	 */
	constructor(table: OwnedTable<T>, history: History, label: string, rankOf: (value: T) => number) {
		this.#arrangement = new Arrangement(table);
		this.#rankOf = rankOf;
		this.#metrics = new MetricColumns(history, label, REMEMBERED);
	}

	window({ sort, descending, filter, around, offset: asked = 0, limit }: RowWindow): Found<T> {
		const entries = this.#refresh();
		const keys = this.#keys(sort);
		const places = filter === undefined ? undefined : this.#matching(filter);
		const total = places?.length ?? entries.length;
		const ordered = new Float64Array(total);
		for (let i = 0; i < total; i++) {
			const key = keys[places ? (places[i] as number) : i] as number;
			// What has no value comes last, either way.
			ordered[i] = descending && key !== Number.POSITIVE_INFINITY ? -key : key;
		}
		const entryAt = (i: number) => entries[places ? (places[i] as number) : i] as Owned<T>;
		let offset = asked;
		if (around !== undefined) {
			let middle = 0;
			while (middle < total && entryAt(middle).value.id !== around) middle++;
			if (middle === total) return { entries: [], total, offset: 0 };
			offset = Math.max(0, keysBefore(ordered, middle) - Math.floor(limit / 2));
		}
		return { entries: ranked(ordered, offset, limit).map(entryAt), total, offset };
	}

	#refresh(): readonly Owned<T>[] {
		const entries = this.#arrangement.entries();
		if (entries !== this.#entries) {
			this.#entries = entries;
			this.#remembered.clear();
			if (this.#members !== this.#arrangement.table.members) this.#metrics.clear();
			this.#members = this.#arrangement.table.members;
		}
		return entries;
	}

	/** A number for each entry; in their order the entries stand. */
	#keys(sort: string | undefined): Float64Array {
		const name = sort?.toLowerCase();
		if (sort === undefined || name === undefined) return this.#remember("rank", () => this.#column(({ value }) => this.#rankOf(value)));
		if (name === "id") return this.#remember("sort id", () => this.#column((_, place) => place));
		if (TEXTS.includes(name)) return this.#remember(`sort ${name}`, () => this.#textRanks(name));
		const { moves, read } = this.#number(sort);
		return moves ? this.#column(read) : this.#remember(`sort ${name}`, () => this.#column(read));
	}

	#column(keyOf: (entry: Owned<T>, place: number) => number | undefined): Float64Array {
		const keys = new Float64Array(this.#entries.length);
		for (let place = 0; place < keys.length; place++) {
			keys[place] = keyOf(this.#entries[place] as Owned<T>, place) ?? Number.POSITIVE_INFINITY;
		}
		return keys;
	}

	/** Places of texts among the different ones there are: they repeat by the thousand. */
	#textRanks(field: string): Float64Array {
		const ranks = new Map<string, number>();
		for (const entry of this.#entries) {
			const text = textOf(entry, field);
			if (text !== undefined) ranks.set(text, 0);
		}
		const sorted = Array.from(ranks.keys(), (text) => ({ text, key: naturalKey(text) })).sort((a, b) => compareText(a.key, b.key));
		for (const [rank, { text }] of sorted.entries()) ranks.set(text, rank);
		return this.#column((entry) => {
			const text = textOf(entry, field);
			return text === undefined ? undefined : ranks.get(text);
		});
	}

	/** @returns places of those that match among all in natural order of their ids, ascending. */
	matching(filter: string): Uint32Array {
		this.#refresh();
		return this.#matching(filter);
	}

	#matching(filter: string): Uint32Array {
		const tests = parseFilter(filter).map((term) => this.#test(term));
		const select = () => {
			const places: number[] = [];
			for (const [place, entry] of this.#entries.entries()) if (tests.every(({ passes }) => passes(entry, place))) places.push(place);
			return Uint32Array.from(places);
		};
		return tests.some(({ moves }) => moves) ? select() : this.#remember(`filter ${filter}`, select);
	}

	/** `moves`: what passes may change though the table does not. */
	#test(term: Term): { moves: boolean; passes: (entry: Owned<T>, place: number) => boolean } {
		if (term.type === "text") return { moves: false, passes: (entry) => this.#haystack(entry).includes(term.text) };
		const field = term.field.toLowerCase();
		if (term.type === "is") {
			if (TEXTS.includes(field)) return { moves: false, passes: (entry) => textOf(entry, field)?.toLowerCase() === term.value };
			const wanted = term.value === "" ? Number.NaN : Number(term.value);
			if (!NUMBERS.includes(field) && Number.isNaN(wanted)) {
				return { moves: false, passes: (entry) => this.#haystack(entry).includes(term.text) };
			}
			const { moves, read } = this.#number(term.field);
			return { moves, passes: (entry, place) => read(entry, place) === wanted };
		}
		const { moves, read } = this.#number(term.field);
		return { moves, passes: (entry, place) => holds(read(entry, place), term.sign, term.value) };
	}

	#number(field: string): { moves: boolean; read: (entry: Owned<T>, place: number) => number | undefined } {
		const name = field.toLowerCase();
		if (NUMBERS.includes(name)) return { moves: false, read: (entry) => numberOf(entry, name) };
		// Some colonies list a worker's tasks, some count them.
		const tasks = name === "tasks";
		const metric = this.#metrics.of(tasks ? "tasks_active" : field, this.#entries.length);
		return { moves: true, read: (entry, place) => (tasks ? listed(entry) : undefined) ?? metric.value(place, entry.value.id) };
	}

	/** All texts of an entry, in lower case. An entry that changes is another object. */
	#haystack(entry: Owned<T>): string {
		let text = this.#haystacks.get(entry);
		if (text === undefined) {
			text = TEXTS.map((field) => textOf(entry, field) ?? "")
				.join("\n")
				.toLowerCase();
			this.#haystacks.set(entry, text);
		}
		return text;
	}

	#remember<Kept extends Float64Array | Uint32Array>(key: string, compute: () => Kept): Kept {
		const kept = (this.#remembered.get(key) as Kept | undefined) ?? compute();
		this.#remembered.delete(key);
		this.#remembered.set(key, kept);
		const [oldest] = this.#remembered.keys();
		if (this.#remembered.size > REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
		return kept;
	}
}

function textOf<T>({ value, bridge }: Owned<T>, field: string): string | undefined {
	if (field === "bridge") return bridge;
	const text = (value as Record<string, unknown>)[field];
	return typeof text === "string" ? text : undefined;
}

/** @param name in lower case */
function numberOf<T>({ value, at }: Owned<T>, name: string): number | undefined {
	const said = (value as Record<string, unknown>)[name === "startedat" ? "startedAt" : name];
	return typeof said === "number" ? said : name === "at" ? at : undefined;
}

function listed<T>({ value }: Owned<T>): number | undefined {
	const { tasks } = value as { tasks?: unknown };
	return Array.isArray(tasks) ? tasks.length : undefined;
}
