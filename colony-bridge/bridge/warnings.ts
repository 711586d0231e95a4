/** What the bridge tells its owner about: once a minute for the same words, so that a fault in every snapshot does not flood. */

const QUIET_MS = 60_000;
const REMEMBERED = 200;

export class Complaints {
	/** All there were, the silent repeats too. */
	count = 0;
	readonly #onError: (error: Error) => void;
	readonly #told = new Map<string, number>();

	constructor(onError: (error: Error) => void) {
		this.#onError = onError;
	}

	/**
	 * @param topic what counts as the same complaint; its words, unless given.
	 * @returns whether it was told, not kept silent as a repeat.
	 */
	say(message: string, topic = message, cause?: unknown): boolean {
		this.count += 1;
		const now = performance.now();
		const last = this.#told.get(topic);
		if (last !== undefined && now - last < QUIET_MS) return false;
		this.#told.delete(topic);
		this.#told.set(topic, now);
		if (this.#told.size > REMEMBERED) this.#told.delete(this.#told.keys().next().value as string);
		try {
			this.#onError(cause === undefined ? new Error(message) : new Error(message, { cause }));
		} catch {
			// A listener that throws must not stop the bridge; it has had its chance to speak.
		}
		return true;
	}
}

export function wordsOf(error: unknown): string {
	return error instanceof Error ? error.message || error.name : String(error);
}
