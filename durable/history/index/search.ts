/**
 * Finds series by words: each must occur in the name, the help text or a label. A series is looked at once for each search, when it comes or
 * when the search is new (texts that repeat are compared once): asked again after every push, a search costs what is new since.
 */

import { setNewest } from "../../../colony-bridge/protocol/values/objects.ts";
import type { Labels } from "../../../colony-bridge/protocol/wire/names.ts";
import { parseSelector } from "../../../colony-bridge/protocol/wire/selector.ts";
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";
import { ENTRY_BYTES, OBJECT_BYTES, residentBytes } from "../../work/resident.ts";
import { Exclusive, Toll, type Work } from "../../work/work.ts";
import type { KnownSeries } from "./known-series.ts";

/** Words of a search; more are passed over. */
const MOST_WORDS = 8;

/** Units of a look at one series. */
const LOOK_UNITS = 20;

class SeriesSearch {
	readonly #dictionary: KnownSeries;
	readonly #words: readonly string[];
	/** Which words a text has, a bit each. */
	readonly #texts = new Map<string, number>();
	readonly #found: number[] = [];
	readonly #byName = new Map<string, number[]>();
	#looked = 0;
	#revision: number;
	readonly #working = new Exclusive<void>();

	/** @param words with spaces between; none: all series. */
	constructor(dictionary: KnownSeries, words = "") {
		this.#dictionary = dictionary;
		this.#words = words.toLowerCase().split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
		this.#revision = dictionary.revision;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#found.length * 16 + (this.#byName.size + this.#texts.size) * (ENTRY_BYTES + OBJECT_BYTES);
	}

	/** Numbers of the series that match, ascending. */
	*found(): Work<readonly number[]> {
		yield* this.#look();
		return this.#found;
	}

	/** The same by metric name, names in the order they came. */
	*byName(): Work<ReadonlyMap<string, readonly number[]>> {
		yield* this.#look();
		return this.#byName;
	}

	#look(): Work<void> {
		return this.#working.run(() => this.#lookOn());
	}

	*#lookOn(): Work<void> {
		const wanted = 2 ** this.#words.length - 1;
		const toll = new Toll();
		while (this.#looked < this.#dictionary.size || this.#revision !== this.#dictionary.revision) {
			if (toll.due(LOOK_UNITS)) yield toll.taken();
			this.#beginAnewWhereOther();
			if (this.#looked === this.#dictionary.size) break;
			const number = this.#looked++;
			if (!this.#dictionary.has(number)) continue;
			const definition = this.#dictionary.get(number);
			if (this.#wordsOf(definition, wanted) !== wanted) continue;
			this.#found.push(number);
			const named = this.#byName.get(definition.name);
			if (named) named.push(number);
			else this.#byName.set(definition.name, [number]);
		}
		// The search is complete: the texts are not needed until new series come.
		this.#texts.clear();
	}

	#beginAnewWhereOther(): void {
		const { revision } = this.#dictionary;
		if (revision === this.#revision) return;
		this.#revision = revision;
		this.#looked = 0;
		this.#found.length = 0;
		this.#byName.clear();
	}

	#wordsOf({ name, help, labels }: SeriesDefinition, wanted: number): number {
		let words = this.#wordsIn(name);
		if (words !== wanted && help !== undefined) words |= this.#wordsIn(help);
		for (const label in labels) {
			if (words === wanted) break;
			words |= this.#wordsIn(label) | this.#wordsIn(labels[label] as string);
		}
		return words;
	}

	#wordsIn(text: string): number {
		let words = this.#texts.get(text);
		if (words !== undefined) return words;
		words = 0;
		const lower = text.toLowerCase();
		for (const [i, word] of this.#words.entries()) if (lower.includes(word)) words |= 1 << i;
		this.#texts.set(text, words);
		return words;
	}
}

/** Searches remembered: those asked last. */
const REMEMBERED = 24;

export class SeriesSearches {
	readonly #dictionary: KnownSeries;
	readonly #searches = new Map<string, SeriesSearch>();

	constructor(dictionary: KnownSeries) {
		this.#dictionary = dictionary;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return residentBytes(this.#searches.values());
	}

	letGo(): void {
		this.#searches.clear();
	}

	of(words = ""): SeriesSearch {
		const search = this.#searches.get(words) ?? new SeriesSearch(this.#dictionary, words);
		setNewest(this.#searches, words, search, REMEMBERED);
		return search;
	}
}

/**
 * Which series an export is made of, in an order that stays as it is while series come: by name as the names came, then by number.
 * @param selectors absent: all series; names then stand in the selectors' order. One that cannot be read matches nothing.
 * @param from begins with this series, which is one of them.
 */
export function* selection(dictionary: KnownSeries, selectors?: readonly string[], from?: number): Generator<number> {
	const asked = selectors && byName(selectors);
	const firstName = from === undefined ? undefined : dictionary.get(from).name;
	let reached = firstName === undefined;
	for (const name of asked ? asked.keys() : dictionary.names()) {
		reached ||= name === firstName;
		if (!reached) continue;
		const least = from !== undefined && name === firstName ? from : 0;
		for (const series of matching(dictionary, name, asked?.get(name) ?? [{}])) if (series >= least) yield series;
	}
}

function byName(selectors: readonly string[]): Map<string, Labels[]> {
	const found = new Map<string, Labels[]>();
	for (const selector of selectors) {
		const parsed = parseSelector(selector);
		if (!parsed) continue;
		const { name, labels } = parsed;
		const known = found.get(name);
		if (known) known.push(labels);
		else found.set(name, [labels]);
	}
	return found;
}

/** Ascending, each once. */
function matching(dictionary: KnownSeries, name: string, labels: readonly Labels[]): Iterable<number> {
	if (labels.length === 1) return dictionary.match(name, labels[0] as Labels);
	return [...new Set(labels.flatMap((some) => dictionary.match(name, some)))].sort((a, b) => a - b);
}
