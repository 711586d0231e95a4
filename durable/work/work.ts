/**
 * Work that others may come between: a generator that yields the units of each step once the step is done, and returns the answer. Whoever
 * runs it counts the units, pauses between two steps, or gives up.
 *
 * A unit is about what it takes to read one sample: some 80 ns on the machine the figures in README.md are from. Units are counted, not timed: the
 * clock of a Durable Object stands still while it works.
 */
export type Work<Answer> = Generator<number, Answer, void>;
/** The answer of some work. */
export type Answered<SomeWork> = SomeWork extends Work<infer Answer> ? Answer : never;

/** Units worth a pause. Steps are no shorter, so that pausing costs nothing that can be measured. */
export const STEP = 4000;

/** Runs the work without pauses. */
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

	/** Units since the last call. */
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

/** Sorting that can be left and gone on with: stretches that are quickly sorted, then merged two by two. */
const STRETCH = 2000;

/** Stable, like `Array.sort`. @returns a new array */
export function* sorted<T>(items: readonly T[], compare: (a: T, b: T) => number): Work<T[]> {
	let stretches: T[][] = [];
	for (let from = 0; from < items.length; from += STRETCH) {
		const stretch = items.slice(from, from + STRETCH).sort(compare);
		stretches.push(stretch);
		yield stretch.length * 20;
	}
	const toll = new Toll();
	while (stretches.length > 1) {
		const longer: T[][] = [];
		for (let i = 0; i < stretches.length; i += 2) {
			const [a, b = []] = stretches.slice(i, i + 2) as [T[], T[]?];
			const merged: T[] = [];
			for (let left = 0, right = 0; left < a.length || right < b.length; ) {
				const first = right === b.length || (left < a.length && compare(a[left] as T, b[right] as T) <= 0);
				merged.push((first ? a[left++] : b[right++]) as T);
				if (toll.due(3)) yield toll.taken();
			}
			longer.push(merged);
		}
		stretches = longer;
	}
	return stretches[0] ?? [];
}
