/**
 * A window of sorted, filtered rows, over all of them at every push: for one viewer at ten thousand rows it costs a few milliseconds. What
 * depends on texts is kept until the rows are others; numbers may change with every push.
 */
import type { RowWindow } from "../../colony-bridge/protocol/query.ts";
import { holds, parseFilter, type Term } from "../../colony-bridge/protocol/row-filter.ts";
import { sorted } from "../work/sorted.ts";
import { Toll, type Work, wholly } from "../work/work.ts";
import { compareText, naturalKey } from "./natural-order.ts";
import { keysBefore, ranked } from "./ranking.ts";

/** Filters and columns remembered, those asked for last. */
const REMEMBERED = 16;

export interface Reading<Entry> {
	/** What is read may change though the entries do not. */
	moves: boolean;
	/** @param place the entry's among all. @returns undefined: it has no such number */
	read(entry: Entry, place: number): number | undefined;
}

/** What rows can be sorted and filtered by. Names of fields come as they were written. */
export interface RowFields<Entry> {
	id(entry: Entry): string;
	/** The field whose order the entries stand in anyway. */
	inOrder?: string;
	/** Order where none is asked for: small whole numbers, what comes first has the least; equals stay in their places. */
	rank: Reading<Entry>;
	/** @returns how a text is read; undefined: no text is called so, and it is taken for a number. */
	text(name: string): ((entry: Entry) => string | undefined) | undefined;
	/** Where words are looked for. */
	words(entry: Entry): readonly (string | undefined)[];
	number(name: string): Reading<Entry>;
}

export interface Found<Entry> {
	entries: Entry[];
	/** How many match. */
	total: number;
	/** How many of them come before the first entry. */
	offset: number;
}

export class RowOrder<Entry extends object> {
	readonly #fields: RowFields<Entry>;
	/** What the remembered columns stand for. */
	#entries: readonly Entry[] = [];
	readonly #remembered = new Map<string, Float64Array | Uint32Array>();
	readonly #haystacks = new WeakMap<Entry, string>();

	constructor(fields: RowFields<Entry>) {
		this.#fields = fields;
	}

	/** What takes long of a window of very many rows, in steps. */
	*prepare(entries: readonly Entry[], { sort, filter }: Pick<RowWindow, "sort" | "filter">): Work<void> {
		this.#use(entries);
		if (filter !== undefined && parseFilter(filter).some(({ type }) => type !== "number")) {
			const toll = new Toll();
			for (const entry of entries) {
				this.#haystack(entry);
				if (toll.due(10)) yield toll.taken();
			}
		}
		const text = sort === undefined || sort.toLowerCase() === this.#fields.inOrder ? undefined : this.#fields.text(sort);
		if (text && !this.#remembered.has(`sort ${sort}`)) {
			const ranks = yield* this.#textRanks(entries, text);
			if (entries === this.#entries) this.#remember(`sort ${sort}`, () => ranks);
		}
		yield entries.length >> 1;
	}

	/** @param entries the same array as long as it is the same rows; a row that changes in a text is another object */
	window(entries: readonly Entry[], { sort, descending, filter, around, offset: asked = 0, limit }: RowWindow): Found<Entry> {
		this.#use(entries);
		const keys = this.#keys(sort);
		const places = filter === undefined ? undefined : this.#matching(filter);
		const total = places?.length ?? entries.length;
		const ordered = new Float64Array(total);
		for (let i = 0; i < total; i++) {
			const key = keys[places ? (places[i] as number) : i] as number;
			// What has no value comes last, either way.
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
		return { entries: ranked(ordered, offset, limit).map(entryAt), total, offset };
	}

	/** @returns places of those that match among all, ascending. @param entries as for `window` */
	matching(entries: readonly Entry[], filter: string): Uint32Array {
		this.#use(entries);
		return this.#matching(filter);
	}

	#use(entries: readonly Entry[]): void {
		if (entries === this.#entries) return;
		this.#entries = entries;
		this.#remembered.clear();
	}

	/** A number for each entry; in their order the entries stand. */
	#keys(sort: string | undefined): Float64Array {
		if (sort === undefined) return this.#numbers("rank", this.#fields.rank);
		if (sort.toLowerCase() === this.#fields.inOrder) return this.#numbers("in order", { moves: false, read: (_, place) => place });
		const text = this.#fields.text(sort);
		if (text) return this.#remember(`sort ${sort}`, () => wholly(this.#textRanks(this.#entries, text)));
		return this.#numbers(`sort ${sort}`, this.#fields.number(sort));
	}

	#numbers(key: string, { moves, read }: Reading<Entry>): Float64Array {
		return moves ? this.#column(read) : this.#remember(key, () => this.#column(read));
	}

	#column(keyOf: Reading<Entry>["read"], entries = this.#entries): Float64Array {
		const keys = new Float64Array(entries.length);
		for (let place = 0; place < keys.length; place++) {
			keys[place] = keyOf(entries[place] as Entry, place) ?? Number.POSITIVE_INFINITY;
		}
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
		for (const [rank, { text }] of (yield* sorted(different, (a, b) => compareText(a.key, b.key))).entries()) ranks.set(text, rank);
		yield entries.length;
		return this.#column((entry) => {
			const text = textOf(entry);
			return text === undefined ? undefined : ranks.get(text);
		}, entries);
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

	/** `moves`: what passes may change though the rows do not. */
	#test(term: Term): { moves: boolean; passes: (entry: Entry, place: number) => boolean } {
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

	#remember<Kept extends Float64Array | Uint32Array>(key: string, compute: () => Kept): Kept {
		const kept = (this.#remembered.get(key) as Kept | undefined) ?? compute();
		this.#remembered.delete(key);
		this.#remembered.set(key, kept);
		const [oldest] = this.#remembered.keys();
		if (this.#remembered.size > REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
		return kept;
	}
}
