/** Records taken in since the last completed checkpoint, so that a stream can go back to it and on again without its source. */
export class ReplayLog<T> {
	readonly #limit: number;
	#records: T[] = [];
	/** Offset of the first record kept. */
	#first = 0;

	/** @param limit records kept at most; past it the oldest go, and a restore says how many are missing. */
	constructor(limit: number) {
		this.#limit = limit;
	}

	get end(): number {
		return this.#first + this.#records.length;
	}

	get crowded(): boolean {
		return this.#records.length > this.#limit / 2;
	}

	add(record: T): void {
		this.#records.push(record);
		if (this.#records.length > this.#limit) this.forget(this.#first + Math.ceil(this.#limit / 10));
	}

	/** Records before `offset` are in a checkpoint. */
	forget(offset: number): void {
		if (offset <= this.#first) return;
		this.#records.splice(0, offset - this.#first);
		this.#first = offset;
	}

	/** @returns the records from `offset` on, and how many before them are no longer there. */
	from(offset: number): { records: T[]; missing: number } {
		const missing = Math.max(0, this.#first - offset);
		return { records: this.#records.slice(Math.max(0, offset - this.#first)), missing };
	}

	/** Nothing kept; the next record has this offset. */
	restart(offset: number): void {
		this.#records = [];
		this.#first = offset;
	}
}

/** Which records make a stream fail: the first failure may be chance, the second is the record's. */
export class PoisonRecords {
	/** Records left out, ever. */
	skipped = 0;
	readonly #offsets = new Set<number>();
	#blamed = -1;

	/** The record at `offset` failed. @param last true where it gets no second try. @returns whether it is left out from now on. */
	blame(offset: number, last: boolean): boolean {
		const again = last || this.#blamed === offset;
		this.#blamed = offset;
		if (again) {
			this.#offsets.add(offset);
			this.skipped += 1;
		}
		return again;
	}

	has(offset: number): boolean {
		return this.#offsets.has(offset);
	}

	/** Records before `offset` never come again. */
	forget(offset: number): void {
		for (const known of this.#offsets) if (known < offset) this.#offsets.delete(known);
	}
}
