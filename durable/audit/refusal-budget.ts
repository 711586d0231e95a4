/**
 * How refusals are written down: the first of a day one by one, later ones in rows that stand for twice as many each. Somebody who guesses
 * passwords all day adds some dozen rows, not a million, and the counts still come out whole: what a row stands for is written with it.
 */

/** Refusals a day that have a row of their own. */
export const OWN_ROWS = 200;
const DAY_MS = 86_400_000;

export class RefusalBudget {
	#day = -1;
	#seen = 0;
	/** Refusals that no row stands for yet. */
	#unwritten = 0;
	#next = 1;

	/** @param today refusals the day's rows stand for already, as after a restart. */
	begin(at: number, today: number): void {
		this.#day = Math.floor(at / DAY_MS);
		this.#seen = today;
		this.#next = 1;
		this.#unwritten = 0;
	}

	/** One more. @returns how many the row to be written stands for; 0: none is written. */
	take(at: number): number {
		const day = Math.floor(at / DAY_MS);
		const before = this.#unwritten;
		if (day !== this.#day) {
			this.begin(at, 0);
			this.#seen = 1;
			// What is left of yesterday goes with the first of today.
			return before + 1;
		}
		this.#seen++;
		if (this.#seen <= OWN_ROWS) return 1;
		this.#unwritten++;
		if (this.#unwritten < this.#next) return 0;
		this.#next *= 2;
		this.#unwritten = 0;
		return before + 1;
	}

	static startOf(at: number): number {
		return Math.floor(at / DAY_MS) * DAY_MS;
	}
}
