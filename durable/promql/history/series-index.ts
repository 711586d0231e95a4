/** The series of a history by the labels that a selector names, with their labels as the language has them. */

import type { Matcher } from "../../../colony-bridge/protocol/promql/terms.ts";
import { METRIC_NAME } from "../../../colony-bridge/protocol/promql/terms.ts";
import { setNewest } from "../../../colony-bridge/protocol/values/objects.ts";
import type { KnownSeries } from "../../history/index/known-series.ts";
import { Toll, type Work } from "../../work/work.ts";
import { Labels } from "../labels.ts";
import { listed, matching, predicateOf } from "./matching.ts";

/** A series by its number, and what it is called. */
export interface IndexedSeries {
	number: number;
	labels: Labels;
}

/** Labels made last, by series. */
const REMEMBERED = 20_000;
/** Estimated resident bytes of one set of labels, whose texts are the dictionary's. */
const LABELS_BYTES = 300;

/** Units of a look at one series, and of making its labels. */
const LOOK_UNITS = 3;
const LABELS_UNITS = 20;

export class SeriesIndex {
	readonly #dictionary: KnownSeries;
	readonly #labels = new Map<number, Labels>();
	#revision: number;

	constructor(dictionary: KnownSeries) {
		this.#dictionary = dictionary;
		this.#revision = dictionary.revision;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#labels.size * LABELS_BYTES;
	}

	letGo(): void {
		this.#labels.clear();
	}

	labels(number: number): Labels {
		if (this.#revision !== this.#dictionary.revision) this.letGo();
		this.#revision = this.#dictionary.revision;
		const known = this.#labels.get(number);
		if (known) return known;
		const { name, labels } = this.#dictionary.get(number);
		const made = Labels.of({ ...labels, [METRIC_NAME]: name });
		setNewest(this.#labels, number, made, REMEMBERED);
		return made;
	}

	/** Series that match all, ascending by number: the order in which they are read cheaply. */
	*find(matchers: readonly Matcher[]): Work<IndexedSeries[]> {
		const ofName = matchers.filter(({ name }) => name === METRIC_NAME);
		const others = matchers.filter(({ name }) => name !== METRIC_NAME);
		const fixed: Record<string, string> = {};
		const open: Matcher[] = [];
		for (const matcher of others) {
			if (matcher.type === "=" && matcher.value !== "" && !Object.hasOwn(fixed, matcher.name)) fixed[matcher.name] = matcher.value;
			else open.push(matcher);
		}
		const carries = others.length > open.length ? this.#dictionary.carrying(fixed) : undefined;
		const matches = open.length > 0 ? matching(open) : undefined;
		const toll = new Toll();
		const found: IndexedSeries[] = [];
		for (const name of this.#names(ofName)) {
			for (const number of this.#dictionary.match(name, {})) {
				if (toll.due(LOOK_UNITS)) yield toll.taken();
				if (carries && !carries(number)) continue;
				if (toll.due(LABELS_UNITS)) yield toll.taken();
				const labels = this.labels(number);
				if (!matches || matches(labels)) found.push({ number, labels });
			}
		}
		yield toll.taken();
		return found.sort((a, b) => a.number - b.number);
	}

	/** Names that satisfy all matchers of the name. */
	#names(matchers: readonly Matcher[]): Iterable<string> {
		const [first, ...rest] = matchers;
		if (!first) return [...this.#dictionary.names()];
		const texts = listed(first);
		const named = texts ? new Set(texts) : Array.from(this.#dictionary.names()).filter(predicateOf(first));
		const tests = rest.map(predicateOf);
		return Array.from(named).filter((name) => tests.every((matches) => matches(name)));
	}
}
