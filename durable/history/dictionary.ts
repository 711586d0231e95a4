/**
 * Every series ever seen and its number: dense, from 0, stable for ever by name and labels.
 *
 * On disk: `history_series`, rows of JSON `[[number, definition], ...]`. The newest row is rewritten until it is full, so a push that
 * brings new series costs one row however many they are, and a definition that changed is simply written again: the last one counts.
 */
import type { Labels } from "../../colony-bridge/protocol/names.ts";
import { seriesKey } from "../../colony-bridge/protocol/selector.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/series.ts";
import type { Sql } from "../sql.ts";

const READ = "SELECT part, definitions FROM history_series ORDER BY part";
const WRITE =
	"INSERT INTO history_series (part, definitions) VALUES (?, ?) ON CONFLICT (part) DO UPDATE SET definitions = excluded.definitions";
const FULL_CHARS = 16_384;

export class Dictionary {
	readonly #numbers = new Map<string, number>();
	readonly #definitions: SeriesDefinition[] = [];
	readonly #byName = new Map<string, number[]>();
	/** Names, units, helps and label texts repeat by the thousand: one string object each. */
	readonly #texts = new Map<string, string>();
	#pending: string[] = [];
	#revision = 0;
	/** The definition asked for last. */
	#asked: { definition: SeriesDefinition; key: string } | undefined;
	#part = 0;
	#tail: string[] = [];
	#tailChars = 0;

	load(sql: Sql): void {
		for (const row of sql.all<{ part: number; definitions: string }>(READ)) {
			const entries = JSON.parse(row.definitions) as [number, SeriesDefinition][];
			for (const [number, definition] of entries) this.#set(number, definition);
			this.#part = row.part;
			this.#tail = entries.map((entry) => JSON.stringify(entry));
			this.#tailChars = row.definitions.length;
		}
	}

	get size(): number {
		return this.#definitions.length;
	}

	/** How many names there are. */
	get named(): number {
		return this.#byName.size;
	}

	/** Rises when what is said about a series changes: what was found by it may be something else now. */
	get revision(): number {
		return this.#revision;
	}

	/** Number of series of this name and labels. */
	find(definition: SeriesDefinition): number | undefined {
		return this.#numbers.get(this.#keyOf(definition));
	}

	/** A new series is looked for, looked for again and put: of many labels its key takes longer than all the rest. */
	#keyOf(definition: SeriesDefinition): string {
		if (this.#asked?.definition !== definition) this.#asked = { definition, key: seriesKey(definition.name, definition.labels) };
		return this.#asked.key;
	}

	/** Adds the series, or changes what is said about it. @returns its number. */
	put(definition: SeriesDefinition): number {
		const known = this.find(definition);
		if (known !== undefined && sameDescription(this.get(known), definition)) return known;
		const number = known ?? this.size;
		if (known !== undefined) this.#revision++;
		this.#set(number, definition);
		this.#pending.push(JSON.stringify([number, this.get(number)]));
		return number;
	}

	/** @throws RangeError where no series has this number. */
	get(number: number): SeriesDefinition {
		const definition = this.#definitions[number];
		if (!definition) throw new RangeError(`unknown series number ${number}: there are ${this.size}, define() gives their numbers`);
		return definition;
	}

	/** In the order they came. */
	names(): Iterable<string> {
		return this.#byName.keys();
	}

	/** Numbers of all series of a name that carry at least these labels, ascending. */
	match(name: string, labels: Labels): readonly number[] {
		const named = this.#byName.get(name) ?? [];
		const asked = Object.entries(labels);
		return asked.length === 0 ? named : named.filter((number) => carries(this.get(number), asked));
	}

	get dirty(): boolean {
		return this.#pending.length > 0;
	}

	/** Writes what is new: one row, or a few where thousands are new at once. */
	write(sql: Sql): void {
		let rest = this.#pending;
		while (rest.length > 0) {
			if (this.#tailChars >= FULL_CHARS) {
				this.#part++;
				this.#tail = [];
				this.#tailChars = 0;
			}
			const taken = this.#tail.length === 0 || rest.length < 1000 ? rest.slice(0, 1000) : rest.slice(0, 100);
			rest = rest.slice(taken.length);
			this.#tail.push(...taken);
			const text = `[${this.#tail.join(",")}]`;
			this.#tailChars = text.length;
			sql.run(WRITE, this.#part, text);
		}
		this.#pending = [];
	}

	#set(number: number, definition: SeriesDefinition): void {
		const labels = definition.labels && Object.entries(definition.labels).map(([name, value]) => [this.#one(name), this.#one(value)]);
		const kept: SeriesDefinition = {
			name: this.#one(definition.name),
			...(labels && labels.length > 0 && { labels: Object.fromEntries(labels) as Labels }),
			type: definition.type,
			...(definition.unit !== undefined && { unit: this.#one(definition.unit) }),
			...(definition.help !== undefined && { help: this.#one(definition.help) }),
		};
		if (!this.#definitions[number]) {
			this.#numbers.set(this.#keyOf(definition), number);
			const named = this.#byName.get(kept.name);
			if (named) named.push(number);
			else this.#byName.set(kept.name, [number]);
		}
		this.#definitions[number] = kept;
	}

	#one(text: string): string {
		const known = this.#texts.get(text);
		if (known !== undefined) return known;
		this.#texts.set(text, text);
		return text;
	}
}

export function carries(definition: SeriesDefinition, labels: readonly [string, string][]): boolean {
	return labels.every(([name, value]) => definition.labels?.[name] === value);
}

function sameDescription(a: SeriesDefinition, b: SeriesDefinition): boolean {
	return a.type === b.type && a.unit === b.unit && a.help === b.help;
}
