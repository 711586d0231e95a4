/** A table's entries in natural order of their ids. What is said about them is looked up by their places in it. */

import { compareText, naturalKey } from "../rows/natural-order.ts";
import type { Owned, OwnedTable } from "../state/owned-table.ts";

export class Arrangement<T extends { id: string }> {
	readonly table: OwnedTable<T>;
	#ids: string[] = [];
	#members = -1;
	#version = -1;
	#entries: Owned<T>[] = [];

	constructor(table: OwnedTable<T>) {
		this.table = table;
	}

	/** The same array as long as nothing changed. */
	entries(): readonly Owned<T>[] {
		const { members, version } = this.table;
		// Sorting ten thousand ids is dear and they seldom change: only that sorts again.
		if (this.#members !== members) {
			this.#members = members;
			this.#ids = Array.from(this.table.values(), ({ value }) => ({ id: value.id, key: naturalKey(value.id) }))
				.sort((a, b) => compareText(a.key, b.key) || compareText(a.id, b.id))
				.map(({ id }) => id);
		}
		if (this.#version !== version) {
			this.#version = version;
			this.#entries = this.#ids.map((id) => this.table.get(id) as Owned<T>);
		}
		return this.#entries;
	}
}
