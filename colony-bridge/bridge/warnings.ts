/** Warnings for the bridge's owner. The same one is reported once a minute, so that a fault in every snapshot does not flood. */
import { keepNewest } from "../protocol/values/objects.ts";

const QUIET_MS = 60_000;
const REMEMBERED = 200;

export class Warnings {
	/** All warnings, repeats included. */
	count = 0;
	readonly #onError: (error: Error) => void;
	readonly #reported = new Map<string, number>();

	constructor(onError: (error: Error) => void) {
		this.#onError = onError;
	}

	/**
	 * @param topic identifies the warning; its words by default.
	 * @returns false for a repeat, which is not reported.
	 */
	add(message: string, topic = message, cause?: unknown): boolean {
		this.count += 1;
		const now = performance.now();
		const last = this.#reported.get(topic);
		if (last !== undefined && now - last < QUIET_MS) return false;
		this.#reported.delete(topic);
		this.#reported.set(topic, now);
		keepNewest(this.#reported, REMEMBERED);
		try {
			this.#onError(cause === undefined ? new Error(message) : new Error(message, { cause }));
		} catch {
			// A callback that throws must not stop the bridge.
		}
		return true;
	}
}

export function wordsOf(error: unknown): string {
	return error instanceof Error ? error.message || error.name : String(error);
}
