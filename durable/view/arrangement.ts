/** A table's entries in natural order of their ids. What is said about them is looked up by their places in it. */

import type { Heard } from "../../colony-bridge/protocol/rows.ts";
import { compareText, naturalKey } from "../rows/natural-order.ts";
import type { Owned, OwnedTable } from "../state/owned-table.ts";
import type { Hearing } from "./hearing.ts";

export class Arrangement<T extends { id: string; status: string }> {
	readonly table: OwnedTable<T>;
	readonly #hearing: Hearing;
	#ids: string[] = [];
	#members = -1;
	#version = "";
	#entries: Owned<Heard<T>>[] = [];

	constructor(table: OwnedTable<T>, hearing: Hearing) {
		this.table = table;
		this.#hearing = hearing;
	}

	/** The same array as long as nothing changed. */
	entries(): readonly Owned<Heard<T>>[] {
		const { members } = this.table;
		const version = `${this.table.version} ${this.#hearing.version}`;
		// Sorting ten thousand ids is dear and they seldom change: only that sorts again.
		if (this.#members !== members) {
			this.#members = members;
			this.#ids = Array.from(this.table.values(), ({ value }) => ({ id: value.id, key: naturalKey(value.id) }))
				.sort((a, b) => compareText(a.key, b.key) || compareText(a.id, b.id))
				.map(({ id }) => id);
		}
		if (this.#version !== version) {
			this.#version = version;
			this.#entries = this.#ids.map((id) => this.#hearing.shown(this.table.get(id) as Owned<T>));
		}
		return this.#entries;
	}
}
