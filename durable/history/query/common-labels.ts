/** Common labels of the series aggregated into one line: they name the subject of its values. */
import type { Dictionary } from "../index/dictionary.ts";
import { isAggregated, members, type SeriesTarget } from "./target.ts";

interface Kin {
	/** Number of series inspected. */
	series: number;
	labels: string[];
}

export class CommonLabels {
	readonly #dictionary: Dictionary;
	/** By selector. */
	readonly #known = new Map<string, Kin>();
	#size = 0;

	constructor(dictionary: Dictionary) {
		this.#dictionary = dictionary;
	}

	/** Inspects the series that came since. @returns true if any common label changed. */
	renew(targets: readonly SeriesTarget[]): boolean {
		if (this.#size === this.#dictionary.size) return false;
		this.#size = this.#dictionary.size;
		let other = false;
		for (const target of targets) {
			if (!isAggregated(target.seriesAggregation)) continue;
			const numbers = members(target, this.#dictionary);
			const before = this.#known.get(target.selector);
			if (before?.series === numbers.length) continue;
			// They only ever grow, at their end.
			let labels = before?.labels;
			for (let i = before?.series ?? 0; i < numbers.length; i++) {
				const own = this.#dictionary.get(numbers[i] as number).labels ?? {};
				labels = labels ? labels.filter((label) => Object.hasOwn(own, label)) : Object.keys(own).sort();
			}
			this.#known.set(target.selector, { series: numbers.length, labels: labels ?? [] });
			other = true;
		}
		return other;
	}

	/** Names of the labels that all series of a target carry. */
	labels({ selector }: SeriesTarget): string[] {
		return this.#known.get(selector)?.labels ?? [];
	}
}
