/** Parts between two pauses: some milliseconds of work. */
const PARTS = 200;

/** Does the work with pauses, in which other requests have their turn. */
export async function inParts<Result>(work: Generator<void, Result, void>): Promise<Result> {
	for (let parts = 1; ; parts++) {
		const step = work.next();
		if (step.done) return step.value;
		if (parts % PARTS === 0) await new Promise((then) => setTimeout(then, 0));
	}
}
