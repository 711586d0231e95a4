/** Series by name and labels: all that the dictionary has, or those that were known once. */
import type { Labels } from "../../../colony-bridge/protocol/wire/names.ts";
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";
import type { Dictionary } from "./dictionary.ts";

/** The dictionary as who reads sees it. */
export type KnownSeries = Pick<
	Dictionary,
	"size" | "count" | "named" | "revision" | "has" | "get" | "type" | "find" | "match" | "carrying" | "names"
>;

/** Series with numbers below one: numbers are given in the order in which series come, and never to another. */
export class KnownBefore implements KnownSeries {
	readonly #dictionary: Dictionary;
	readonly #end: number;
	#counted: { revision: number; count: number; names: readonly string[] } | undefined;

	constructor(dictionary: Dictionary, end: number) {
		this.#dictionary = dictionary;
		this.#end = Math.min(end, dictionary.size);
	}

	get size(): number {
		return this.#end;
	}

	get revision(): number {
		return this.#dictionary.revision;
	}

	get count(): number {
		return this.#all().count;
	}

	get named(): number {
		return this.#all().names.length;
	}

	names(): Iterable<string> {
		return this.#all().names;
	}

	has(number: number): boolean {
		return number < this.#end && this.#dictionary.has(number);
	}

	get(number: number): SeriesDefinition {
		return this.#dictionary.get(number);
	}

	type(number: number): SeriesDefinition["type"] {
		return this.#dictionary.type(number);
	}

	find(series: Pick<SeriesDefinition, "name" | "labels">): number | undefined {
		const number = this.#dictionary.find(series);
		return number !== undefined && number < this.#end ? number : undefined;
	}

	match(name: string, labels: Labels): readonly number[] {
		const found = this.#dictionary.match(name, labels);
		return (found.at(-1) ?? -1) < this.#end ? found : found.filter((number) => number < this.#end);
	}

	carrying(labels: Labels): (number: number) => boolean {
		return this.#dictionary.carrying(labels);
	}

	/** Counted once, and again where series were let go since. */
	#all(): { count: number; names: readonly string[] } {
		const { revision } = this.#dictionary;
		if (this.#counted?.revision !== revision) {
			let count = 0;
			const names: string[] = [];
			for (const name of this.#dictionary.names()) {
				const { length } = this.match(name, {});
				count += length;
				if (length > 0) names.push(name);
			}
			this.#counted = { revision, count, names };
		}
		return this.#counted;
	}
}
