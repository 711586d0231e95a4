/**
 * Every series that is known and its number: from 0, never given to another. One that was let go and comes back is a new one.
 *
 * In memory: columns by slot, of the numbers of texts and sets of labels (`label-sets.ts`). A definition is made when it is asked for.
 *
 * On disk: `history_series`, rows of JSON `[[number, definition], ...]`. The newest row is rewritten until it is full, so a push that
 * brings new series costs one row however many they are, and a definition that changed is simply written again: the last one counts.
 */
import type { Labels } from "../../../colony-bridge/protocol/wire/names.ts";
import { type SeriesDefinition, SeriesType } from "../../../colony-bridge/protocol/wire/series.ts";
import type { Sql } from "../../storage/sql.ts";
import { ENTRY_BYTES } from "../../work/resident.ts";
import { HashTable } from "./hash-table.ts";
import { LabelSets, Texts } from "./label-sets.ts";
import { resized, Slots } from "./slots.ts";

export const SERIES_SQL = {
	read: "SELECT part, definitions FROM history_series ORDER BY part",
	write: "INSERT INTO history_series (part, definitions) VALUES (?, ?) ON CONFLICT (part) DO UPDATE SET definitions = excluded.definitions",
	drop: "DELETE FROM history_series WHERE part = ?",
} as const;

const FULL_CHARS = 16_384;
const TYPES = SeriesType.options;
/** Stands for a series that was let go: who found its number before may still ask. */
const GONE: SeriesDefinition = { name: "gone", type: "gauge" };
const NO_LABELS: Labels = {};
/** Stands for a unit or a help text that a series has not. */
const NONE = 0xffffffff;

/** An entry of a row: a series' number, and both it and its definition as JSON. */
interface RowEntry {
	number: number;
	text: string;
}

export class Dictionary {
	readonly #slots = new Slots();
	readonly #texts = new Texts();
	readonly #labelSets = new LabelSets(this.#texts);
	/** By slot: numbers of texts and of the set of labels, place of the type in `TYPES`, and the first row that says something of the series. */
	#name: Uint32Array = new Uint32Array();
	#labels: Uint32Array = new Uint32Array();
	#unit: Uint32Array = new Uint32Array();
	#help: Uint32Array = new Uint32Array();
	#type: Uint8Array = new Uint8Array();
	#row: Int32Array = new Int32Array();
	/** Further rows of those that were described more than once, by number. */
	readonly #moreRows = new Map<number, number[]>();
	readonly #identities = new HashTable((slot) => identity(this.#name[slot] as number, this.#labels[slot] as number));
	readonly #byName = new Map<string, number[]>();
	/** By name: the labels of the series that has the most. */
	readonly #mostLabels = new Map<string, number>();
	#size = 0;
	#pending: RowEntry[] = [];
	#revision = 0;
	#part = 0;
	#tail: RowEntry[] = [];
	#tailChars = 0;

	load(sql: Sql): void {
		let last = "[]";
		for (const { part, definitions } of sql.all<{ part: number; definitions: string }>(SERIES_SQL.read)) {
			for (const [number, definition] of JSON.parse(definitions) as [number, SeriesDefinition][]) {
				this.#set(number, definition);
				this.#storedIn(number, part);
			}
			this.#part = part;
			last = definitions;
		}
		this.#tail = (JSON.parse(last) as [number, SeriesDefinition][]).map((entry) => ({ number: entry[0], text: JSON.stringify(entry) }));
		this.#tailChars = last.length;
	}

	/** The next number. */
	get size(): number {
		return this.#size;
	}

	/** Number of known series. */
	get count(): number {
		return this.#slots.size;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		const columns = [this.#name, this.#labels, this.#unit, this.#help, this.#type, this.#row];
		const tables = this.#slots.bytes + this.#texts.bytes + this.#labelSets.bytes + this.#identities.bytes;
		const named = this.count * 8 + this.#byName.size * 3 * ENTRY_BYTES + this.#moreRows.size * 2 * ENTRY_BYTES;
		return columns.reduce((sum, { byteLength }) => sum + byteLength, tables) + named + this.#tailChars;
	}

	/** True if a known series has this number. */
	has(number: number): boolean {
		return this.#slots.of(number) >= 0;
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
	find({ name, labels = NO_LABELS }: Pick<SeriesDefinition, "name" | "labels">): number | undefined {
		const named = this.#texts.find(name);
		const set = named === undefined ? undefined : this.#labelSets.find(labels);
		if (named === undefined || set === undefined) return undefined;
		const slot = this.#identities.find(identity(named, set), (slot) => this.#name[slot] === named && this.#labels[slot] === set);
		return slot < 0 ? undefined : this.#slots.numberOf(slot);
	}

	/** Adds the series, or changes what is said about it. @param as the number it had, where it may have been let go. @returns its number. */
	put(definition: SeriesDefinition, as = this.size): number {
		const known = this.find(definition);
		if (known !== undefined && sameDescription(this.get(known), definition)) return known;
		const number = known ?? (as < this.size && !this.has(as) ? as : this.size);
		if (number < this.size) this.#revision++;
		this.#set(number, definition);
		this.#pending.push(this.#rowEntry(number));
		return number;
	}

	/** Lets go of series, on disk too: but of the newest, whose number tells the next. */
	forget(numbers: readonly number[], sql: Sql): void {
		this.write(sql);
		const gone = new Set(numbers.filter((number) => this.has(number) && number < this.size - 1));
		const rows = new Set<number>();
		const names = new Set<string>();
		for (const number of gone) {
			for (const row of this.#rowsOf(number)) rows.add(row);
			const slot = this.#slots.of(number);
			names.add(this.#texts.text(this.#name[slot] as number));
			this.#identities.remove(slot);
			this.#undescribe(slot);
			this.#texts.release(this.#name[slot] as number);
			this.#labelSets.release(this.#labels[slot] as number);
			this.#slots.remove(slot);
			this.#moreRows.delete(number);
		}
		for (const name of names) {
			const left = (this.#byName.get(name) ?? []).filter((number) => !gone.has(number));
			if (left.length > 0) this.#byName.set(name, left);
			else {
				this.#byName.delete(name);
				this.#mostLabels.delete(name);
			}
		}
		this.#revision++;
		this.#rewrite(rows, sql);
	}

	/** Writes these rows anew with what is known of theirs. */
	#rewrite(rows: ReadonlySet<number>, sql: Sql): void {
		const left = new Map<number, RowEntry[]>();
		for (const number of this.#slots.numbers().slice().sort()) {
			if (number < 0) continue;
			for (const row of this.#rowsOf(number)) {
				if (!rows.has(row)) continue;
				const entries = left.get(row) ?? [];
				left.set(row, entries);
				entries.push(this.#rowEntry(number));
			}
		}
		for (const row of rows) {
			const entries = left.get(row) ?? [];
			if (row === this.#part) this.#writeTail(entries, sql);
			else if (entries.length > 0) sql.run(SERIES_SQL.write, row, rowOf(entries));
			else sql.run(SERIES_SQL.drop, row);
		}
	}

	#rowEntry(number: number): RowEntry {
		return { number, text: JSON.stringify([number, this.get(number)]) };
	}

	#writeTail(entries: RowEntry[], sql: Sql): void {
		const text = rowOf(entries);
		this.#tail = entries;
		this.#tailChars = text.length;
		sql.run(SERIES_SQL.write, this.#part, text);
	}

	#rowsOf(number: number): readonly number[] {
		const row = this.#row[this.#slots.of(number)] as number;
		return row < 0 ? [] : [row, ...(this.#moreRows.get(number) ?? [])];
	}

	#storedIn(number: number, row: number): void {
		const slot = this.#slots.of(number);
		if ((this.#row[slot] as number) < 0) this.#row[slot] = row;
		else if (!this.#rowsOf(number).includes(row)) this.#moreRows.set(number, [...(this.#moreRows.get(number) ?? []), row]);
	}

	/** @throws RangeError where no series has this number. */
	get(number: number): SeriesDefinition {
		const slot = this.#slots.of(number);
		if (slot < 0) {
			if (number < this.#size) return GONE;
			throw new RangeError(`unknown series number ${number}: there are ${this.size}, define() gives their numbers`);
		}
		const set = this.#labels[slot] as number;
		const unit = this.#unit[slot] as number;
		const help = this.#help[slot] as number;
		const name = this.#texts.text(this.#name[slot] as number);
		const type = this.#typeOf(slot);
		const definition: SeriesDefinition = this.#labelSets.isEmpty(set)
			? { name, type }
			: { name, labels: this.#labelSets.labels(set), type };
		if (unit !== NONE) definition.unit = this.#texts.text(unit);
		if (help !== NONE) definition.help = this.#texts.text(help);
		return definition;
	}

	/** Type of a known series, or of one that was let go. */
	type(number: number): SeriesDefinition["type"] {
		const slot = this.#slots.of(number);
		return slot < 0 ? GONE.type : this.#typeOf(slot);
	}

	#typeOf(slot: number): SeriesDefinition["type"] {
		return TYPES[this.#type[slot] as number] as SeriesDefinition["type"];
	}

	/** In the order they came. */
	names(): Iterable<string> {
		return this.#byName.keys();
	}

	/** Numbers of all series of a name that carry at least these labels, ascending. */
	match(name: string, labels: Labels): readonly number[] {
		const named = this.#byName.get(name) ?? [];
		const asked = Object.keys(labels).length;
		if (asked === 0) return named;
		if (asked < (this.#mostLabels.get(name) ?? 0)) return named.filter(this.carrying(labels));
		// None carries more than these.
		const only = this.find({ name, labels });
		return only === undefined ? [] : [only];
	}

	/** @returns whether a series, by its number, carries at least these labels. */
	carrying(labels: Labels): (number: number) => boolean {
		const pairs = Object.entries(labels)
			.flat()
			.map((text) => this.#texts.find(text));
		if (pairs.includes(undefined)) return () => false;
		return (number) => {
			const slot = this.#slots.of(number);
			return slot >= 0 && this.#labelSets.has(this.#labels[slot] as number, pairs as number[]);
		};
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

	#set(number: number, { name, labels = NO_LABELS, type, unit, help }: SeriesDefinition): void {
		let slot = this.#slots.of(number);
		if (slot >= 0) this.#undescribe(slot);
		else slot = this.#add(number, name, labels);
		this.#type[slot] = TYPES.indexOf(type);
		this.#unit[slot] = unit === undefined ? NONE : this.#texts.take(unit);
		this.#help[slot] = help === undefined ? NONE : this.#texts.take(help);
	}

	#undescribe(slot: number): void {
		for (const text of [this.#unit[slot] as number, this.#help[slot] as number]) if (text !== NONE) this.#texts.release(text);
	}

	#add(number: number, name: string, labels: Labels): number {
		const slot = this.#slots.add(number);
		const { capacity } = this.#slots;
		if (this.#name.length < capacity) {
			this.#name = resized(this.#name, capacity);
			this.#labels = resized(this.#labels, capacity);
			this.#unit = resized(this.#unit, capacity);
			this.#help = resized(this.#help, capacity);
			this.#type = resized(this.#type, capacity);
			this.#row = resized(this.#row, capacity);
		}
		this.#name[slot] = this.#texts.take(name);
		this.#labels[slot] = this.#labelSets.take(labels);
		this.#row[slot] = -1;
		this.#identities.add(slot);
		this.#size = Math.max(this.#size, number + 1);
		this.#mostLabels.set(name, Math.max(this.#mostLabels.get(name) ?? 0, Object.keys(labels).length));
		const named = this.#byName.get(name);
		if (!named) this.#byName.set(name, [number]);
		else if (number > (named.at(-1) as number)) named.push(number);
		else
			this.#byName.set(
				name,
				[...named, number].sort((a, b) => a - b),
			);
		return slot;
	}
}

/** Hash of a series' name and set of labels. */
function identity(name: number, labels: number): number {
	return Math.imul(name + 1, 0x85ebca6b) ^ labels;
}

/** True if two definitions of one series describe it alike. */
export function sameDescription(a: SeriesDefinition, b: SeriesDefinition): boolean {
	return a.type === b.type && a.unit === b.unit && a.help === b.help;
}

function rowOf(entries: readonly RowEntry[]): string {
	return `[${entries.map(({ text }) => text).join(",")}]`;
}
