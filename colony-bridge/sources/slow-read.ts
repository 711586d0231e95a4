/** Reads something that may be slow without making its asker wait for long. */
import { setTimeout as wait } from "node:timers/promises";

export class SlowRead<T> {
	readonly #read: () => Promise<T>;
	#underWay: Promise<void> | undefined;
	#result: { value: T } | undefined;

	/** @param read must not reject. */
	constructor(read: () => Promise<T>) {
		this.#read = read;
	}

	/**
	 * Begins to read unless it is under way, and waits a while.
	 * @param delayMs before a new read begins
	 * @returns what was read, each result once; undefined where it is not there yet: it comes with a later call.
	 */
	async next(patienceMs: number, delayMs = 0): Promise<T | undefined> {
		this.#underWay ??= this.#begin(delayMs);
		const enough = new AbortController();
		const patience = wait(patienceMs, undefined, { signal: enough.signal }).catch(() => {});
		await Promise.race([this.#underWay.finally(() => enough.abort()), patience]);
		const result = this.#result;
		this.#result = undefined;
		return result?.value;
	}

	async #begin(delayMs: number): Promise<void> {
		if (delayMs > 0) await wait(delayMs);
		this.#result = { value: await this.#read() };
		this.#underWay = undefined;
	}
}
