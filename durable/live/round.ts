/** One round of publishing: each distinct query is answered once, and each distinct change encoded once, whoever asks. */
import { difference } from "../../colony-bridge/protocol/delta.ts";
import type { Query } from "../../colony-bridge/protocol/query.ts";
import type { Answer } from "../../colony-bridge/protocol/view.ts";

export class Round {
	readonly log: number;
	readonly position: number;
	/** The cluster's clock, ms. */
	readonly at: number;
	readonly #compute: (query: Query) => Answer;
	readonly #answers = new Map<string, Answer>();
	readonly #changes = new Map<Answer, Map<Answer, string | undefined>>();

	constructor(log: number, position: number, at: number, compute: (query: Query) => Answer) {
		this.log = log;
		this.position = position;
		this.at = at;
		this.#compute = compute;
	}

	/** @param key the query as text. */
	answer(query: Query, key: string): Answer {
		let answer = this.#answers.get(key);
		if (!answer) {
			answer = this.#compute(query);
			this.#answers.set(key, answer);
		}
		return answer;
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
