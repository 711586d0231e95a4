/** A table's entries in natural order of their ids. What is said about them is looked up by their places in it. */

import type { Heard } from "../../colony-bridge/protocol/rows.ts";
import { compareText, naturalKey } from "../rows/natural-order.ts";
import type { Owned, OwnedTable } from "../state/owned-table.ts";
import { sorted } from "../work/sorted.ts";
import { Exclusive, Toll, type Work } from "../work/work.ts";
import type { Hearing } from "./hearing.ts";

/** Units of an id's key, and of an entry as it is shown. */
const KEY_UNITS = 10;
const SHOWN_UNITS = 3;

export interface Arranged<T extends { id: string; status: string }> {
	/** The same array as long as nothing changed. */
	entries: readonly Owned<Heard<T>>[];
	/** The same array as long as no id came or went: places mean the same. */
	ids: readonly string[];
}

export class Arrangement<T extends { id: string; status: string }> {
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

	/** As it was at some instant while this was worked on. */
	arranged(): Work<Arranged<T>> {
		return this.#working.run(() => this.#arrange());
	}

	*#arrange(): Work<Arranged<T>> {
		if (this.#version === this.#versionNow) return this.#arranged;
		// What the table holds at this instant, whatever comes while this pauses.
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
