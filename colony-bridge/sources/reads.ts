/** Reachability of a source as a check of the colony, with its begin and the reason of a failure. */

import { setTimeout as wait } from "node:timers/promises";
import { LIMITS } from "../protocol/wire/limits.ts";
import type { Check } from "../protocol/wire/state.ts";

export class ReachCheck {
	readonly #id: string;
	#status: Check["status"] = "unknown";
	#since = 0;
	#message: string | undefined;

	constructor(id: string) {
		this.#id = id.slice(0, LIMITS.nameChars);
	}

	get failed(): boolean {
		return this.#status === "failed";
	}

	/** @param problem why it is down, or a warning though it was reached. */
	note(status: "ok" | "warning" | "failed", problem?: string): void {
		const now = Date.now();
		if (status !== this.#status) this.#since = now;
		this.#status = status;
		this.#message = problem?.slice(0, 2_000);
	}

	/** Without the instant it was last run: an unchanged check is not pushed again. */
	view(): Check {
		return {
			id: this.#id,
			status: this.#status,
			...(this.#since > 0 && { since: this.#since }),
			...(this.#message !== undefined && { message: this.#message }),
		};
	}
}

/** Reads something that may be slow without making its asker wait for long. */
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
