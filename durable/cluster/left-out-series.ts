/**
 * Series that were refused since the cluster was opened and have not been taken since, each counted once however often and by however many bridges it
 * is announced. Links remember which of their ids are left out, but not past most of the memory, nor after a goodbye.
 */
import { fnv1a } from "../../colony-bridge/protocol/values/hash.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/wire/series.ts";
import { HashTable } from "../history/index/hash-table.ts";

/** So many are told apart, in half a megabyte. */
const MOST = 65_536;

export class LeftOutSeries {
	/** Hashes of their names and labels: two of a hundred thousand may have one. */
	#hashes = new HashTable((entry) => entry);

	get count(): number {
		return this.#hashes.size;
	}

	add(definition: SeriesDefinition): void {
		const entry = entryOf(definition);
		if (this.count < MOST && !this.#has(entry)) this.#hashes.add(entry);
	}

	/** It is taken now. */
	delete(definition: SeriesDefinition): void {
		if (this.count === 0) return;
		const entry = entryOf(definition);
		if (this.#has(entry)) this.#hashes.remove(entry);
	}

	clear(): void {
		this.#hashes = new HashTable((entry) => entry);
	}

	#has(entry: number): boolean {
		return this.#hashes.find(entry, (each) => each === entry) === entry;
	}
}

const entryOf = ({ name, labels }: SeriesDefinition): number => fnv1a(seriesKey(name, labels)) & 0x7fffffff;
