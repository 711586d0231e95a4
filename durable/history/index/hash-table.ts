/** A hash table of small numbers in a typed array, with linear probing. What a number stands for, and its hash, the owner knows. */
export class HashTable {
	/** -1: nothing. At least twice as long as there are entries. */
	#table = new Int32Array(64).fill(-1);
	#size = 0;
	readonly #hashOf: (entry: number) => number;

	/** @param hashOf hash of what an entry stands for: any 32 bits, the same as long as it is in the table. */
	constructor(hashOf: (entry: number) => number) {
		this.#hashOf = hashOf;
	}

	get size(): number {
		return this.#size;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#table.byteLength;
	}

	/** The entry with this hash that `same` accepts; -1: there is none. */
	find(hash: number, same: (entry: number) => boolean): number {
		const mask = this.#table.length - 1;
		for (let at = home(hash, mask); ; at = (at + 1) & mask) {
			const entry = this.#table[at] as number;
			if (entry === -1 || same(entry)) return entry;
		}
	}

	/** Adds an entry that is not there. */
	add(entry: number): void {
		if (++this.#size * 2 > this.#table.length) this.#resize(this.#table.length * 2);
		this.#put(entry);
	}

	/** Removes an entry that is there. */
	remove(entry: number): void {
		const table = this.#table;
		const mask = table.length - 1;
		let gap = home(this.#hashOf(entry), mask);
		while (table[gap] !== entry) gap = (gap + 1) & mask;
		this.#size--;
		// Entries that it displaced move up, so that no search ends too soon.
		for (let at = (gap + 1) & mask; table[at] !== -1; at = (at + 1) & mask) {
			const from = home(this.#hashOf(table[at] as number), mask);
			if (((at - from) & mask) < ((at - gap) & mask)) continue;
			table[gap] = table[at] as number;
			gap = at;
		}
		table[gap] = -1;
	}

	#put(entry: number): void {
		const mask = this.#table.length - 1;
		let at = home(this.#hashOf(entry), mask);
		while (this.#table[at] !== -1) at = (at + 1) & mask;
		this.#table[at] = entry;
	}

	#resize(length: number): void {
		const before = this.#table;
		this.#table = new Int32Array(length).fill(-1);
		for (const entry of before) if (entry !== -1) this.#put(entry);
	}
}

/** Fibonacci hashing: neighbours are spread, whatever the distance between them. */
function home(hash: number, mask: number): number {
	return (Math.imul(hash, 0x9e3779b1) >>> 7) & mask;
}
