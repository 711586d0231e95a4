/**
 * Texts and sets of labels, each once and by number: names, units, helps and labels repeat by the thousand. What nobody holds any more is let go.
 */
import type { Labels } from "../../../colony-bridge/protocol/wire/names.ts";
import { ENTRY_BYTES } from "../../work/resident.ts";
import { HashTable } from "./hash-table.ts";
import { grownLength, resized } from "./slots.ts";

/** Resident bytes of a string beside its characters. */
const STRING_BYTES = 32;

export class Texts {
	readonly #ids = new Map<string, number>();
	readonly #texts: string[] = [];
	/** Holders of each. */
	#holders: Uint32Array = new Uint32Array();
	readonly #free: number[] = [];
	#chars = 0;

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#ids.size * (ENTRY_BYTES + STRING_BYTES + 8) + this.#chars + this.#holders.byteLength;
	}

	/** @returns its number; undefined: nobody holds it. */
	find(text: string): number | undefined {
		return this.#ids.get(text);
	}

	/** @returns its number; whoever takes it gives it back by {@link release}. */
	take(text: string): number {
		let id = this.#ids.get(text);
		if (id === undefined) {
			id = this.#free.pop() ?? this.#texts.length;
			if (id >= this.#holders.length) this.#holders = resized(this.#holders, grownLength(id));
			this.#texts[id] = text;
			this.#ids.set(text, id);
			this.#chars += text.length;
		}
		(this.#holders[id] as number)++;
		return id;
	}

	text(id: number): string {
		return this.#texts[id] as string;
	}

	release(id: number): void {
		if (--(this.#holders[id] as number) > 0) return;
		const text = this.text(id);
		this.#ids.delete(text);
		this.#chars -= text.length;
		this.#texts[id] = "";
		this.#free.push(id);
	}
}

export class LabelSets {
	readonly #texts: Texts;
	/** Numbers of a label's name and of its value, in turn, set after set. */
	#pairs: Uint32Array = new Uint32Array();
	#filled = 0;
	/** Places of `#pairs` that belong to no set any more. */
	#unused = 0;
	/** By set: its place in `#pairs`, its length there, its hash, and its holders. */
	#from: Uint32Array = new Uint32Array();
	#length: Uint16Array = new Uint16Array();
	#hash: Int32Array = new Int32Array();
	#holders: Uint32Array = new Uint32Array();
	#end = 0;
	readonly #free: number[] = [];
	readonly #table = new HashTable((set) => this.#hash[set] as number);

	constructor(texts: Texts) {
		this.#texts = texts;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		const arrays = [this.#pairs, this.#from, this.#length, this.#hash, this.#holders];
		return arrays.reduce((sum, { byteLength }) => sum + byteLength, this.#table.bytes);
	}

	/** @returns its number; undefined: nobody holds it. */
	find(labels: Labels): number | undefined {
		const pairs = this.#pairsOf(labels, (text) => this.#texts.find(text));
		const set = pairs ? this.#search(pairs) : -1;
		return set < 0 ? undefined : set;
	}

	/** @returns its number; whoever takes it gives it back by {@link release}. */
	take(labels: Labels): number {
		let set = this.find(labels) ?? -1;
		if (set < 0) set = this.#add(this.#pairsOf(labels, (text) => this.#texts.take(text)) as number[]);
		(this.#holders[set] as number)++;
		return set;
	}

	isEmpty(set: number): boolean {
		return this.#length[set] === 0;
	}

	/** In the order in which they were first said. */
	labels(set: number): Labels {
		const labels: Labels = {};
		const from = this.#from[set] as number;
		const end = from + (this.#length[set] as number);
		for (let i = from; i < end; i += 2) {
			const [name, value] = [this.#texts.text(this.#pairs[i] as number), this.#texts.text(this.#pairs[i + 1] as number)];
			if (name === "__proto__") Object.defineProperty(labels, name, { value, enumerable: true, configurable: true, writable: true });
			else labels[name] = value;
		}
		return labels;
	}

	/** True if the set has these labels. @param labels numbers of a name and of a value, in turn. */
	has(set: number, labels: readonly number[]): boolean {
		const from = this.#from[set] as number;
		const end = from + (this.#length[set] as number);
		for (let l = 0; l < labels.length; l += 2) {
			let i = from;
			while (i < end && (this.#pairs[i] !== labels[l] || this.#pairs[i + 1] !== labels[l + 1])) i += 2;
			if (i === end) return false;
		}
		return true;
	}

	release(set: number): void {
		if (--(this.#holders[set] as number) > 0) return;
		this.#table.remove(set);
		const from = this.#from[set] as number;
		const length = this.#length[set] as number;
		for (let i = from; i < from + length; i++) this.#texts.release(this.#pairs[i] as number);
		this.#unused += length;
		this.#length[set] = 0;
		this.#free.push(set);
		if (this.#unused > 1024 && this.#unused * 2 > this.#filled) this.#pack();
	}

	#pairsOf(labels: Labels, idOf: (text: string) => number | undefined): number[] | undefined {
		const pairs: number[] = [];
		for (const name of Object.keys(labels)) {
			const [label, value] = [idOf(name), idOf(labels[name] as string)];
			if (label === undefined || value === undefined) return undefined;
			pairs.push(label, value);
		}
		return pairs;
	}

	/** Labels may come in any order. */
	#search(pairs: readonly number[]): number {
		return this.#table.find(hashOf(pairs), (set) => this.#length[set] === pairs.length && this.has(set, pairs));
	}

	#add(pairs: readonly number[]): number {
		const set = this.#free.pop() ?? this.#end++;
		if (set >= this.#from.length) {
			const length = grownLength(set);
			this.#from = resized(this.#from, length);
			this.#length = resized(this.#length, length);
			this.#hash = resized(this.#hash, length);
			this.#holders = resized(this.#holders, length);
		}
		while (this.#filled + pairs.length > this.#pairs.length) this.#pairs = resized(this.#pairs, grownLength(this.#pairs.length));
		this.#pairs.set(pairs, this.#filled);
		this.#from[set] = this.#filled;
		this.#length[set] = pairs.length;
		this.#hash[set] = hashOf(pairs);
		this.#filled += pairs.length;
		this.#table.add(set);
		return set;
	}

	#pack(): void {
		const pairs = new Uint32Array(grownLength(this.#filled - this.#unused));
		let filled = 0;
		for (let set = 0; set < this.#end; set++) {
			const from = this.#from[set] as number;
			const length = this.#length[set] as number;
			pairs.set(this.#pairs.subarray(from, from + length), filled);
			this.#from[set] = filled;
			filled += length;
		}
		this.#pairs = pairs;
		this.#filled = filled;
		this.#unused = 0;
	}
}

/** The same for any order. */
function hashOf(pairs: readonly number[]): number {
	let hash = pairs.length;
	for (let i = 0; i < pairs.length; i += 2) {
		const mixed = Math.imul((pairs[i] as number) + 1, 0x85ebca6b) ^ Math.imul((pairs[i + 1] as number) + 1, 0xc2b2ae35);
		hash = (hash + Math.imul(mixed ^ (mixed >>> 15), 0x27d4eb2f)) | 0;
	}
	return hash;
}
