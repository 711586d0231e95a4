/** The newest rows of one sort, bounded by count and by size. Rows are numbered across all sorts, so that several lists merge by age. */

export interface Numbered<T> {
	readonly n: number;
	readonly row: T;
}

export interface RecentBounds {
	rows: number;
	/** Characters of text. */
	chars: number;
}

export interface StoredRecent<T> {
	seen: number;
	items: [n: number, row: T][];
}

export class Recent<T> {
	readonly #bounds: RecentBounds;
	readonly #charsOf: (row: T) => number;
	readonly #dropped: (row: T) => void;
	/** Oldest first; the first `#start` are gone already. */
	#items: Numbered<T>[] = [];
	#start = 0;
	#chars = 0;
	#seen = 0;

	constructor(bounds: RecentBounds, charsOf: (row: T) => number, dropped: (row: T) => void = () => {}) {
		this.#bounds = bounds;
		this.#charsOf = charsOf;
		this.#dropped = dropped;
	}

	get size(): number {
		return this.#items.length - this.#start;
	}
	/** All there ever were: rises with every row, so it also tells whether anything is new. */
	get seen(): number {
		return this.#seen;
	}

	push(n: number, row: T): void {
		this.#items.push({ n, row });
		this.#chars += this.#charsOf(row);
		this.#seen++;
		while (this.size > this.#bounds.rows || (this.#chars > this.#bounds.chars && this.size > 1)) this.#dropOldest();
	}

	/** i = 0 is the newest. */
	newest(i: number): Numbered<T> | undefined {
		return i < this.size ? this.#items[this.#items.length - 1 - i] : undefined;
	}

	store(): StoredRecent<T> {
		return { seen: this.#seen, items: this.#items.slice(this.#start).map(({ n, row }) => [n, row]) };
	}
	restore(stored: StoredRecent<T>): void {
		for (const [n, row] of stored.items) this.push(n, row);
		this.#seen = stored.seen;
	}

	#dropOldest(): void {
		const oldest = this.#items[this.#start];
		if (!oldest) return;
		this.#chars -= this.#charsOf(oldest.row);
		this.#start++;
		this.#dropped(oldest.row);
		// Shifting an array costs its length: let the dead half pile up, then cut it off at once.
		if (this.#start * 2 > this.#items.length) {
			this.#items = this.#items.slice(this.#start);
			this.#start = 0;
		}
	}
}

/** Rows of several lists, newest first. */
export function* newestOf<T>(lists: readonly Recent<T>[]): Generator<T> {
	const at = lists.map(() => 0);
	for (;;) {
		let best: Numbered<T> | undefined;
		let from = 0;
		for (const [k, list] of lists.entries()) {
			const item = list.newest(at[k] ?? 0);
			if (item && (!best || item.n > best.n)) {
				best = item;
				from = k;
			}
		}
		if (!best) return;
		at[from] = (at[from] ?? 0) + 1;
		yield best.row;
	}
}
