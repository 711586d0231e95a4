/** The first rows of a table: what is in trouble first, then natural order of ids. */
import type { Owned, OwnedTable } from "../state/owned-table.ts";
import { compareText, naturalKey } from "./natural-order.ts";

export class Ranking<T extends { id: string }> {
	readonly #table: OwnedTable<T>;
	readonly #rankOf: (value: T) => number;
	/** Sorting ten thousand ids is dear and they seldom change: only that sorts again. */
	#ids: string[] = [];
	#members = -1;
	#version = -1;
	#ranked: Owned<T>[] = [];

	/** @param rankOf 0 for what comes first, small whole numbers. */
	constructor(table: OwnedTable<T>, rankOf: (value: T) => number) {
		this.#table = table;
		this.#rankOf = rankOf;
	}

	first(limit: number): Owned<T>[] {
		if (this.#members !== this.#table.members) this.#sort();
		if (this.#version !== this.#table.version) this.#rank();
		return this.#ranked.slice(0, limit);
	}

	#sort(): void {
		this.#members = this.#table.members;
		this.#ids = Array.from(this.#table.values(), ({ value }) => ({ id: value.id, key: naturalKey(value.id) }))
			.sort((a, b) => compareText(a.key, b.key) || compareText(a.id, b.id))
			.map(({ id }) => id);
	}

	#rank(): void {
		this.#version = this.#table.version;
		const ranks: Owned<T>[][] = [];
		for (const id of this.#ids) {
			const entry = this.#table.get(id);
			if (!entry) continue;
			const rank = this.#rankOf(entry.value);
			ranks[rank] ??= [];
			ranks[rank].push(entry);
		}
		this.#ranked = ranks.flat();
	}
}
