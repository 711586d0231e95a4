/** One round of publishing: each distinct query is answered once, and each distinct change encoded once, whoever asks. */
import { difference } from "../../colony-bridge/protocol/delta.ts";
import type { Answer } from "../../colony-bridge/protocol/view.ts";
import type { Moment, Standing, Watched } from "./standing.ts";

export class Round implements Moment {
	readonly log: number;
	readonly position: number;
	/** The cluster's clock, ms. */
	readonly at: number;
	readonly #standing: Standing;
	readonly #changes = new Map<Answer, Map<Answer, string | undefined>>();

	constructor(log: number, position: number, at: number, standing: Standing) {
		this.log = log;
		this.position = position;
		this.at = at;
		this.#standing = standing;
	}

	/** @returns undefined: there is none yet */
	answer(watched: Watched): Answer | undefined {
		return this.#standing.answer(watched, this);
	}

	/** The change as JSON without its first field `index`, or undefined where nothing changed. */
	difference(before: Answer, after: Answer): string | undefined {
		if (before === after) return undefined;
		let from = this.#changes.get(before);
		if (!from) {
			from = new Map();
			this.#changes.set(before, from);
		}
		if (from.has(after)) return from.get(after);
		const change = difference(0, before, after);
		const text = change && JSON.stringify({ ...change, index: undefined }).slice(1);
		from.set(after, text);
		return text;
	}
}
