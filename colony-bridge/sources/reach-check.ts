/** Reachability of a source as a check of the colony, with its begin and the reason of a failure. */

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

	/** @param problem why it is down, or what is odd though it was reached. */
	note(status: "ok" | "warning" | "failed", problem?: string): void {
		const now = Date.now();
		if (status !== this.#status) this.#since = now;
		this.#status = status;
		this.#message = problem?.slice(0, 2_000);
	}

	/** Without the instant it was last run: a check that goes on as before is no news to push. */
	view(): Check {
		return {
			id: this.#id,
			status: this.#status,
			...(this.#since > 0 && { since: this.#since }),
			...(this.#message !== undefined && { message: this.#message }),
		};
	}
}
