/** Windows of rows in the order and by the filter that a reader asks for. */

import type { RowWindow } from "../../colony-bridge/protocol/query/query.ts";
import { holds, parseFilter, type Term } from "../../colony-bridge/protocol/query/row-filter.ts";
import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import { compareText, naturalKey } from "../../colony-bridge/protocol/values/text.ts";
import { BUFFER_BYTES } from "../work/resident.ts";
import { sorted, Toll, type Work } from "../work/work.ts";

/**
 * A window of things in the order of their keys, without sorting all of them: at ten thousand rows whose numbers change with every push,
 * an order that is kept would be made anew each time.
 *
 * The keys are sorted as plain numbers, which engines do natively; those at the window's two ends bound it, and only what lies between is
 * put in order.
 * @param keys one each, ascending; `Infinity` for what has none: it comes last. No NaN.
 * @returns places of the keys from the `offset`-th on, `limit` of them or as many as there are; equal keys by place.
 */
export function ranked(keys: Float64Array, offset: number, limit: number): number[] {
	const end = Math.min(offset + limit, keys.length);
	if (offset >= end) return [];
	const sorted = keys.slice().sort();
	const low = sorted[offset] as number;
	const high = sorted[end - 1] as number;
	let before = 0;
	const between: number[] = [];
	for (let place = 0; place < keys.length; place++) {
		const key = keys[place] as number;
		if (key < low) before++;
		else if (key <= high) between.push(place);
	}
	// Stable: where all keys are equal they are in order already.
	if (low !== high) between.sort((a, b) => Math.sign((keys[a] as number) - (keys[b] as number)) || a - b);
	return between.slice(offset - before, end - before);
}

/** @returns how many keys come before the one at this place, in the order of {@link ranked}. */
function keysBefore(keys: Float64Array, place: number): number {
	const own = keys[place] as number;
	let before = 0;
	for (let i = 0; i < keys.length; i++) {
		const key = keys[i] as number;
		if (key < own || (key === own && i < place)) before++;
	}
	return before;
}

/** Filters and columns remembered, those asked for last. */
const REMEMBERED = 16;

export interface NumberColumn<Entry> {
	/** The value may change while the entry stays the same. */
	moves: boolean;
	/** @param place the entry's among all. @returns undefined: it has no such number */
	read(entry: Entry, place: number): number | undefined;
}

/** Fields by which rows are sorted and filtered. Names of fields come as the reader wrote them. */
export interface RowFields<Entry> {
	id(entry: Entry): string;
	/** The field whose order the entries stand in anyway. */
	inOrder?: string;
	/** Order where none is asked for: small whole numbers, what comes first has the least; equals stay in their places. */
	rank: NumberColumn<Entry>;
	/** @returns how a text is read; undefined: no text is called so, and it is taken for a number. */
	text(name: string): ((entry: Entry) => string | undefined) | undefined;
	/** Texts that a search for words inspects. */
	words(entry: Entry): readonly (string | undefined)[];
	number(name: string): NumberColumn<Entry>;
}

type Test<Entry> = (entry: Entry, place: number) => boolean;

export interface Found<Entry> {
	entries: Entry[];
	/** Number of matching rows. */
	total: number;
	/** Number of matching rows before the first entry. */
	offset: number;
}

/**
 * A window of sorted, filtered rows, over all of them at every push: for one viewer at ten thousand rows it costs a few milliseconds, and of
 * more it pauses. What depends on texts is kept until the rows are others; numbers may change with every push.
 */
export class RowOrder<Entry extends object> {
	readonly #fields: RowFields<Entry>;
	/** Entries of the remembered columns. */
	#entries: readonly Entry[] = [];
	readonly #remembered = new Map<string, Float64Array | Uint32Array>();
	readonly #haystacks = new WeakMap<Entry, string>();

	constructor(fields: RowFields<Entry>) {
		this.#fields = fields;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		let bytes = 0;
		for (const { byteLength } of this.#remembered.values()) bytes += byteLength + BUFFER_BYTES;
		return bytes;
	}

	/** @param entries the same array as long as it is the same rows; a row that changes in a text is another object */
	*window(entries: readonly Entry[], { sort, descending, filter, around, offset: asked = 0, limit }: RowWindow): Work<Found<Entry>> {
		this.#use(entries);
		// Both are begun before the first pause: what they read by stands for these entries.
		const sorting = this.#keys(entries, sort);
		const filtering = filter === undefined ? undefined : this.#matching(entries, filter);
		const keys = yield* sorting;
		const places = filtering && (yield* filtering);
		const total = places?.length ?? entries.length;
		const ordered = new Float64Array(total);
		for (let i = 0; i < total; i++) {
			const key = keys[places ? (places[i] as number) : i] as number;
			// Rows without a value come last in both orders.
			ordered[i] = descending && key !== Number.POSITIVE_INFINITY ? -key : key;
		}
		const entryAt = (i: number) => entries[places ? (places[i] as number) : i] as Entry;
		let offset = asked;
		if (around !== undefined) {
			let middle = 0;
			while (middle < total && this.#fields.id(entryAt(middle)) !== around) middle++;
			if (middle === total) return { entries: [], total, offset: 0 };
			offset = Math.max(0, keysBefore(ordered, middle) - Math.floor(limit / 2));
		}
		const found = ranked(ordered, offset, limit).map(entryAt);
		yield total;
		return { entries: found, total, offset };
	}

	/** @returns those that match, in their order. @param entries as for `window` */
	*matching(entries: readonly Entry[], filter: string): Work<Entry[]> {
		this.#use(entries);
		return Array.from(yield* this.#matching(entries, filter), (place) => entries[place] as Entry);
	}

	#use(entries: readonly Entry[]): void {
		if (entries === this.#entries) return;
		this.#entries = entries;
		this.#remembered.clear();
	}

	/** A number for each entry; in their order the entries stand. */
	#keys(entries: readonly Entry[], sort: string | undefined): Work<Float64Array> {
		if (sort === undefined) return this.#numbers(entries, "rank", this.#fields.rank);
		if (sort.toLowerCase() === this.#fields.inOrder) return this.#numbers(entries, "in order", { moves: false, read: (_, place) => place });
		const text = this.#fields.text(sort);
		if (text) return this.#remember(entries, `sort ${sort}`, () => this.#textRanks(entries, text));
		return this.#numbers(entries, `sort ${sort}`, this.#fields.number(sort));
	}

	#numbers(entries: readonly Entry[], key: string, { moves, read }: NumberColumn<Entry>): Work<Float64Array> {
		const column = () => this.#column(entries, read);
		return moves ? column() : this.#remember(entries, key, column);
	}

	*#column(entries: readonly Entry[], keyOf: NumberColumn<Entry>["read"]): Work<Float64Array> {
		const toll = new Toll();
		const keys = new Float64Array(entries.length);
		for (let place = 0; place < keys.length; place++) {
			keys[place] = keyOf(entries[place] as Entry, place) ?? Number.POSITIVE_INFINITY;
			if (toll.due(4)) yield toll.taken();
		}
		yield toll.taken();
		return keys;
	}

	/** Places of texts among the different ones there are: they repeat by the thousand. */
	*#textRanks(entries: readonly Entry[], textOf: (entry: Entry) => string | undefined): Work<Float64Array> {
		const toll = new Toll();
		const ranks = new Map<string, number>();
		const different: { text: string; key: string }[] = [];
		for (const entry of entries) {
			const text = textOf(entry);
			if (text === undefined || ranks.has(text)) continue;
			ranks.set(text, 0);
			different.push({ text, key: naturalKey(text) });
			if (toll.due(10)) yield toll.taken();
		}
		for (const [rank, { text }] of (yield* sorted(different, (a, b) => compareText(a.key, b.key) || compareText(a.text, b.text))).entries())
			ranks.set(text, rank);
		return yield* this.#column(entries, (entry) => {
			const text = textOf(entry);
			return text === undefined ? undefined : ranks.get(text);
		});
	}

	/** Places of those that match, ascending. */
	#matching(entries: readonly Entry[], filter: string): Work<Uint32Array> {
		const tests = parseFilter(filter).map((term) => this.#test(term));
		const select = () =>
			this.#select(
				entries,
				tests.map(({ passes }) => passes),
			);
		return tests.some(({ moves }) => moves) ? select() : this.#remember(entries, `filter ${filter}`, select);
	}

	*#select(entries: readonly Entry[], tests: readonly Test<Entry>[]): Work<Uint32Array> {
		const toll = new Toll();
		const places: number[] = [];
		for (const [place, entry] of entries.entries()) {
			if (tests.every((passes) => passes(entry, place))) places.push(place);
			if (toll.due(10 * tests.length)) yield toll.taken();
		}
		yield toll.taken();
		return Uint32Array.from(places);
	}

	/** `moves`: what passes may change though the rows do not. */
	#test(term: Term): { moves: boolean; passes: Test<Entry> } {
		if (term.type === "text") return { moves: false, passes: (entry) => this.#haystack(entry).includes(term.text) };
		if (term.type === "is") {
			const text = this.#fields.text(term.field);
			if (text) return { moves: false, passes: (entry) => text(entry)?.toLowerCase() === term.value };
			const wanted = term.value === "" ? Number.NaN : Number(term.value);
			if (Number.isNaN(wanted)) return { moves: false, passes: (entry) => this.#haystack(entry).includes(term.text) };
			const { moves, read } = this.#fields.number(term.field);
			return { moves, passes: (entry, place) => read(entry, place) === wanted };
		}
		const { moves, read } = this.#fields.number(term.field);
		return { moves, passes: (entry, place) => holds(read(entry, place), term.sign, term.value) };
	}

	/** All texts of an entry, in lower case. */
	#haystack(entry: Entry): string {
		let text = this.#haystacks.get(entry);
		if (text === undefined) {
			text = this.#fields
				.words(entry)
				.map((word) => word ?? "")
				.join("\n")
				.toLowerCase();
			this.#haystacks.set(entry, text);
		}
		return text;
	}

	*#remember<Kept extends Float64Array | Uint32Array>(entries: readonly Entry[], key: string, compute: () => Work<Kept>): Work<Kept> {
		const cached = entries === this.#entries ? (this.#remembered.get(key) as Kept | undefined) : undefined;
		const values = cached ?? (yield* compute());
		// Others may have asked of other entries meanwhile.
		if (entries !== this.#entries) return values;
		setNewest(this.#remembered, key, values, REMEMBERED);
		return values;
	}
}
