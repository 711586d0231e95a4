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
