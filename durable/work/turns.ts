/** Lets so many pieces of work run at once; the others wait for their turn. */
export class Turns {
	#free: number;
	readonly #waiting: (() => void)[] = [];
	readonly #atOnce: number;

	constructor(atOnce: number) {
		this.#atOnce = atOnce;
		this.#free = atOnce;
	}

	get waiting(): number {
		return this.#waiting.length;
	}

	/** Nothing runs and nothing waits. */
	get idle(): boolean {
		return this.#free === this.#atOnce;
	}

	async take<T>(work: () => Promise<T>): Promise<T> {
		if (this.#free > 0) this.#free--;
		else await new Promise<void>((turn) => this.#waiting.push(turn));
		try {
			return await work();
		} finally {
			// The turn goes from hand to hand.
			const next = this.#waiting.shift();
			if (next) next();
			else this.#free++;
		}
	}
}
