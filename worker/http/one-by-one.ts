import { ProblemError } from "./problem.ts";

/** When it is worth trying again, s. */
const RETRY_S = 5;

/** Work that takes its time in one go, one after the other: others get theirs between. */
export class OneByOne {
	readonly #most: number;
	#waiting = 0;
	#last: Promise<unknown> = Promise.resolve();

	/** @param most that may wait. */
	constructor(most: number) {
		this.#most = most;
	}

	/** @throws ProblemError where too many wait. */
	take<Result>(work: () => Result): Promise<Result> {
		if (this.#waiting >= this.#most) {
			throw new ProblemError("too-many", `${this.#waiting} reports are being made: try again in ${RETRY_S} s`, {
				"Retry-After": String(RETRY_S),
			});
		}
		this.#waiting++;
		const result = this.#last.then(() => new Promise((resolve) => setTimeout(resolve, 0))).then(work);
		this.#last = result.catch(() => {}).finally(() => this.#waiting--);
		return result;
	}
}
