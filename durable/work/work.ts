/**
 * Work that others may come between: a generator that yields the units of each step once the step is done, and returns the answer. Whoever
 * runs it counts the units, pauses between two steps, or gives up.
 *
 * A unit is about what it takes to read one sample: some 80 ns on the machine the figures in README.md are from. Units are counted, not timed: the
 * clock of a Durable Object stands still while it works.
 */
export type Work<Answer> = Generator<number, Answer, void>;

/** Units worth a pause. Steps are no shorter, so that pausing costs nothing that can be measured. */
export const STEP = 4000;

/** Does all of it at once. */
export function wholly<Answer>(work: Work<Answer>): Answer {
	for (;;) {
		const step = work.next();
		if (step.done) return step.value;
	}
}

/** Sums up small costs until they are worth a pause. */
export class Toll {
	#units = 0;

	/** @returns whether it is time to yield {@link taken}. */
	due(units: number): boolean {
		this.#units += units;
		return this.#units >= STEP;
	}

	/** What has been summed up since the last time. */
	taken(): number {
		const units = this.#units;
		this.#units = 0;
		return units;
	}
}

/**
 * One piece of work on something that can be worked on only once at a time: whoever asks meanwhile does its next steps, and then asks anew.
 * Where nobody asks any more it is given up.
 */
export class Exclusive<Answer> {
	#running: Work<Answer> | undefined;
	#answer: Answer | undefined;
	#askers = 0;

	*run(begin: () => Work<Answer>): Work<Answer> {
		this.#askers++;
		let own = false;
		try {
			for (;;) {
				if (!this.#running) {
					if (own) return this.#answer as Answer;
					this.#running = begin();
					own = true;
				}
				const running = this.#running;
				let step: IteratorResult<number, Answer>;
				try {
					step = running.next();
				} catch (error) {
					this.#running = undefined;
					throw error;
				}
				if (step.done) {
					this.#running = undefined;
					this.#answer = step.value;
				} else yield step.value;
			}
		} finally {
			if (--this.#askers === 0) {
				const running = this.#running;
				this.#running = undefined;
				this.#answer = undefined;
				running?.return(undefined as never);
			}
		}
	}
}
