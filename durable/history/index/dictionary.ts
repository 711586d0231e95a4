/**
 * Every series that is known and its number: from 0, never given to another. One that was let go and comes back is a new one.
 *
 * On disk: `history_series`, rows of JSON `[[number, definition], ...]`. The newest row is rewritten until it is full, so a push that
 * brings new series costs one row however many they are, and a definition that changed is simply written again: the last one counts.
 */
import type { Labels } from "../../../colony-bridge/protocol/wire/names.ts";
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";
import type { Sql } from "../../storage/sql.ts";

export const SERIES_SQL = {
	read: "SELECT part, definitions FROM history_series ORDER BY part",
	write: "INSERT INTO history_series (part, definitions) VALUES (?, ?) ON CONFLICT (part) DO UPDATE SET definitions = excluded.definitions",
	drop: "DELETE FROM history_series WHERE part = ?",
} as const;

const FULL_CHARS = 16_384;
/** Measured: a series with a label of its own, and the place of a number. */
const SERIES_BYTES = 560;
const NUMBER_BYTES = 16;
/** Stands for a series that was let go: who found its number before may still ask. */
const GONE: SeriesDefinition = { name: "gone", type: "gauge" };

export class Dictionary {
	readonly #numbers = new Map<string, number>();
	readonly #definitions: SeriesDefinition[] = [];
	readonly #byName = new Map<string, number[]>();
	/** Names, units, helps and label texts repeat by the thousand: one string object each. */
	readonly #texts = new Map<string, string>();
	/** Rows that say something of a series, by its number. */
	readonly #parts: (number[] | undefined)[] = [];
	#pending: { number: number; text: string }[] = [];
	#revision = 0;
	#gone = 0;
	/** The definition asked for last. */
	#asked: { definition: SeriesDefinition; key: string } | undefined;
	#part = 0;
	#tail: { number: number; text: string }[] = [];
	#tailChars = 0;

	load(sql: Sql): void {
		for (const row of sql.all<{ part: number; definitions: string }>(SERIES_SQL.read)) {
			const entries = JSON.parse(row.definitions) as [number, SeriesDefinition][];
			for (const [number, definition] of entries) {
				this.#set(number, definition);
				this.#storedIn(number, row.part);
			}
			this.#part = row.part;
			this.#tail = entries.map((entry) => ({ number: entry[0], text: JSON.stringify(entry) }));
			this.#tailChars = row.definitions.length;
		}
		for (let number = 0; number < this.size; number++) {
			if (this.#definitions[number]) continue;
			this.#definitions[number] = GONE;
			this.#gone++;
		}
	}

	/** The next number. */
	get size(): number {
		return this.#definitions.length;
	}

	/** Number of known series. */
	get count(): number {
		return this.size - this.#gone;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.count * SERIES_BYTES + this.size * NUMBER_BYTES;
	}

	/** True if a known series has this number. */
	has(number: number): boolean {
		const definition = this.#definitions[number];
		return definition !== undefined && definition !== GONE;
	}

	/** Number of names. */
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
		if (this.#asked?.definition !== definition) this.#asked = { definition, key: identityOf(definition) };
		return this.#asked.key;
	}

	/** Adds the series, or changes what is said about it. @param as the number it had, where it may have been let go. @returns its number. */
	put(definition: SeriesDefinition, as = this.size): number {
		const known = this.find(definition);
		if (known !== undefined && sameDescription(this.get(known), definition)) return known;
		const number = known ?? (this.#definitions[as] === GONE ? as : this.size);
		if (number < this.size) this.#revision++;
		if (this.#definitions[number] === GONE) this.#gone--;
		this.#set(number, definition);
		this.#pending.push({ number, text: JSON.stringify([number, this.get(number)]) });
		return number;
	}

	/** Lets go of series, on disk too: but of the newest, whose number tells the next. */
	forget(numbers: readonly number[], sql: Sql): void {
		this.write(sql);
		const gone = new Set(numbers.filter((number) => this.has(number) && number < this.size - 1));
		const parts = new Set<number>();
		const names = new Set<string>();
		for (const number of gone) {
			const { name, labels } = this.get(number);
			this.#numbers.delete(identityOf({ name, labels }));
			names.add(name);
			for (const part of this.#parts[number] ?? []) parts.add(part);
			this.#parts[number] = undefined;
			this.#definitions[number] = GONE;
		}
		for (const name of names) {
			const left = (this.#byName.get(name) ?? []).filter((number) => !gone.has(number));
			if (left.length > 0) this.#byName.set(name, left);
			else this.#byName.delete(name);
		}
		this.#gone += gone.size;
		this.#revision++;
		this.#texts.clear();
		this.#rewrite(parts, sql);
	}

	/** Writes these rows anew with what is known of theirs. */
	#rewrite(parts: ReadonlySet<number>, sql: Sql): void {
		const left = new Map<number, { number: number; text: string }[]>();
		for (let number = 0; number < this.size; number++) {
			for (const part of this.#parts[number] ?? []) {
				if (!parts.has(part)) continue;
				const entries = left.get(part) ?? [];
				left.set(part, entries);
				entries.push({ number, text: JSON.stringify([number, this.get(number)]) });
			}
		}
		for (const part of parts) {
			const entries = left.get(part) ?? [];
			if (part === this.#part) this.#writeTail(entries, sql);
			else if (entries.length > 0) sql.run(SERIES_SQL.write, part, rowOf(entries));
			else sql.run(SERIES_SQL.drop, part);
		}
	}

	#writeTail(entries: { number: number; text: string }[], sql: Sql): void {
		const text = rowOf(entries);
		this.#tail = entries;
		this.#tailChars = text.length;
		sql.run(SERIES_SQL.write, this.#part, text);
	}

	#storedIn(number: number, part: number): void {
		const parts = this.#parts[number];
		if (!parts) this.#parts[number] = [part];
		else if (!parts.includes(part)) parts.push(part);
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
			for (const { number } of taken) this.#storedIn(number, this.#part);
			this.#writeTail([...this.#tail, ...taken], sql);
		}
		this.#pending = [];
	}

	#set(number: number, definition: SeriesDefinition): void {
		const { labels } = definition;
		const kept: SeriesDefinition = {
			name: this.#one(definition.name),
			...(labels && Object.keys(labels).length > 0 && { labels: this.#labels(labels) }),
			type: definition.type,
			...(definition.unit !== undefined && { unit: this.#one(definition.unit) }),
			...(definition.help !== undefined && { help: this.#one(definition.help) }),
		};
		if (!this.has(number)) {
			this.#numbers.set(this.#keyOf(definition), number);
			const named = this.#byName.get(kept.name);
			if (named && number < (named.at(-1) ?? 0))
				this.#byName.set(
					kept.name,
					[...named, number].sort((a, b) => a - b),
				);
			else if (named) named.push(number);
			else this.#byName.set(kept.name, [number]);
		}
		this.#definitions[number] = kept;
	}

	#labels(labels: Labels): Labels {
		const kept = { ...labels };
		// Names of properties are one object each anyway.
		for (const name of Object.keys(kept)) if (name !== "__proto__") kept[name] = this.#one(kept[name] as string);
		return kept;
	}

	#one(text: string): string {
		const known = this.#texts.get(text);
		if (known !== undefined) return known;
		this.#texts.set(text, text);
		return text;
	}
}

/** Label names of the series asked about last, and their order: those of a push are mostly alike. */
let alike: { names: readonly string[]; sorted: readonly string[]; text: string } = { names: [], sorted: [], text: "" };

/** Identity of a series, independent of the order of its labels. */
function identityOf({ name, labels }: Pick<SeriesDefinition, "name" | "labels">): string {
	const names = labels ? Object.keys(labels) : [];
	if (!labels || names.length === 0) return name;
	if (names.length !== alike.names.length || !names.every((label, i) => label === alike.names[i])) {
		const sorted = names.toSorted();
		alike = { names, sorted, text: sorted.join() };
	}
	return `${name}{${alike.text}}${JSON.stringify(alike.sorted.map((label) => labels[label]))}`;
}

export function carries(definition: SeriesDefinition, labels: readonly [string, string][]): boolean {
	return labels.every(([name, value]) => definition.labels?.[name] === value);
}

function sameDescription(a: SeriesDefinition, b: SeriesDefinition): boolean {
	return a.type === b.type && a.unit === b.unit && a.help === b.help;
}

function rowOf(entries: readonly { text: string }[]): string {
	return `[${entries.map(({ text }) => text).join(",")}]`;
}
