/** The result limit: a page stays small however many series there are, and lines left out are counted. */
import type { ActiveSeries } from "../index/active-series.ts";
import type { KnownSeries } from "../index/known-series.ts";
import type { Line } from "./evaluate.ts";
import { isAggregated, members, type SeriesTarget } from "./target.ts";

const LINES = 100;
const VALUES = 40_000;

/** Lines that an answer of so many values a line has room for. */
export function roomFor(length: number): number {
	return Math.max(1, Math.min(LINES, Math.floor(VALUES / Math.max(1, length))));
}

export interface LimitedResult {
	lines: { target: SeriesTarget; line: Line }[];
	/** Lines left out. */
	omitted: number;
}

/** Keeps the selectors' order; within one, series that live go before those that are gone, then by number. */
export function limited(
	targets: readonly SeriesTarget[],
	lines: readonly (readonly Line[])[],
	length: number,
	active: ActiveSeries,
): LimitedResult {
	const all = targets.flatMap((target, i) => sorted(lines[i] ?? [], active).map((line) => ({ target, line })));
	const room = roomFor(length);
	return { lines: all.slice(0, room), omitted: Math.max(0, all.length - room) };
}

function sorted(lines: readonly Line[], active: ActiveSeries): Line[] {
	const order = ({ id }: Line): number => (typeof id === "string" ? 0 : active.has(id) ? id : id + 2 ** 32);
	return [...lines].sort((a, b) => order(a) - order(b));
}

/** Common labels of the series aggregated into one line: they name the subject of its values. */
interface CommonLabelSet {
	/** Number of series inspected. */
	series: number;
	labels: string[];
}

export class CommonLabels {
	readonly #dictionary: KnownSeries;
	/** By selector. */
	readonly #bySelector = new Map<string, CommonLabelSet>();
	#size = 0;

	constructor(dictionary: KnownSeries) {
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
			const before = this.#bySelector.get(target.selector);
			if (before?.series === numbers.length) continue;
			// They only ever grow, at their end.
			let labels = before?.labels;
			for (let i = before?.series ?? 0; i < numbers.length; i++) {
				const own = this.#dictionary.get(numbers[i] as number).labels ?? {};
				labels = labels ? labels.filter((label) => Object.hasOwn(own, label)) : Object.keys(own).sort();
			}
			this.#bySelector.set(target.selector, { series: numbers.length, labels: labels ?? [] });
			other = true;
		}
		return other;
	}

	/** Names of the labels that all series of a target carry. */
	labels({ selector }: SeriesTarget): string[] {
		return this.#bySelector.get(selector)?.labels ?? [];
	}
}
