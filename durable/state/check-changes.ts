/** Status changes of each check with their messages, newest first, bounded per check. */

import type { CheckChange } from "../../colony-bridge/protocol/query/rows.ts";
import type { Check } from "../../colony-bridge/protocol/wire/state.ts";

/** Remembered of all checks together, about; however many checks there are, so many of each. */
const ALL = 5_000;
const MOST = 50;
const FEWEST = 5;
/** Checks that are gone and remembered all the same: their colony may be about to name them again. */
const FORGOTTEN = 100;
/** Characters of a message: the check itself has it whole. */
const MESSAGE = 200;

export type StoredCheckChanges = [check: string, changes: CheckChange[]][];

export class CheckChanges {
	readonly #byCheck = new Map<string, readonly CheckChange[]>();

	/** Newest first; the same array as long as it went on as it was. */
	of(check: string): readonly CheckChange[] {
		return this.#byCheck.get(check) ?? NONE;
	}

	/** @param at when it was said, ms @param checks how many there are */
	note({ id, status, since, message }: Check, at: number, checks: number): void {
		const known = this.of(id);
		const last = known[0];
		if (last?.status === status) return;
		// A colony's own word of when it began counts where it does not go behind what was said before.
		const began = since !== undefined && since <= at && since > (last?.at ?? 0) ? since : at;
		const change: CheckChange = { at: began, status, ...(message && { message: message.slice(0, MESSAGE) }) };
		this.#byCheck.set(id, [change, ...known].slice(0, Math.max(FEWEST, Math.min(MOST, Math.floor(ALL / Math.max(1, checks))))));
	}

	/** @param lives whether there is such a check by now */
	sweep(lives: (check: string) => boolean, checks: number): void {
		if (this.#byCheck.size <= 2 * checks + FORGOTTEN) return;
		this.keepOnly(lives);
	}

	keepOnly(lives: (check: string) => boolean): void {
		for (const id of this.#byCheck.keys()) if (!lives(id)) this.#byCheck.delete(id);
	}

	store(): StoredCheckChanges {
		return Array.from(this.#byCheck, ([check, changes]) => [check, [...changes]]);
	}
	restore(stored: StoredCheckChanges): void {
		for (const [check, changes] of stored) this.#byCheck.set(check, changes);
	}
}

const NONE: readonly CheckChange[] = [];
