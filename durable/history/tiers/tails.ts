/**
 * The newest samples of each series by slot: an open tail of a few samples as doubles, and the chunks that full tails were encoded as
 * (`blocks/chunk-pages.ts`).
 */
import { ChunkPages, type PagedChunk, readChunk } from "../blocks/chunk-pages.ts";
import { resized } from "../index/slots.ts";
import type { HeadRecord, StoredArray } from "./records.ts";

/** Samples of a full tail: longer ones would take more room, shorter ones would make chunks that take more a sample. */
const TAIL = 20;
/** Longest time that a tail covers, ms. */
const MOST_OFFSET = 2 ** 32 - 1;

/** Samples of one series that are being read: instants, ms, and values. */
let at = new Float64Array(512);
let values = new Float64Array(512);

export class Tails {
	readonly pages = new ChunkPages();
	/** By slot: instant of the newest sample, ms; position of the newest chunk, 0: none; the tail's first instant, ms, and its length. */
	#newest: Float64Array = new Float64Array();
	#chunk: Float64Array = new Float64Array();
	#base: Float64Array = new Float64Array();
	#length: Uint8Array = new Uint8Array();
	/** The tails, `TAIL` places a slot: ms after the tail's first instant, and the values. */
	#offsets: Uint32Array = new Uint32Array();
	#values: Float64Array = new Float64Array();

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		const bySlot = [this.#newest, this.#chunk, this.#base, this.#length, this.#offsets, this.#values];
		return bySlot.reduce((sum, { byteLength }) => sum + byteLength, this.pages.bytes);
	}

	/** Instant of the newest sample of a slot, ms. */
	newest(slot: number): number {
		return this.#newest[slot] as number;
	}

	/** Makes room for so many slots. */
	resize(capacity: number): void {
		if (this.#newest.length >= capacity) return;
		this.#newest = resized(this.#newest, capacity);
		this.#chunk = resized(this.#chunk, capacity);
		this.#base = resized(this.#base, capacity);
		this.#length = resized(this.#length, capacity);
		this.#offsets = resized(this.#offsets, capacity * TAIL);
		this.#values = resized(this.#values, capacity * TAIL);
	}

	/** The slot is a new series'. */
	begin(slot: number): void {
		this.#newest[slot] = Number.NEGATIVE_INFINITY;
		this.#chunk[slot] = 0;
		this.#length[slot] = 0;
	}

	/** @returns whether the slot had a sample of this instant; undefined: it is older than the tail, and is not taken. */
	put(slot: number, at: number, value: number): boolean | undefined {
		const length = this.#length[slot] as number;
		const first = slot * TAIL;
		if (at > (this.#newest[slot] as number)) {
			if (length === 0) this.#base[slot] = at;
			const offset = at - (this.#base[slot] as number);
			if (offset > MOST_OFFSET) {
				this.#close(slot);
				return this.put(slot, at, value);
			}
			this.#newest[slot] = at;
			this.#offsets[first + length] = offset;
			this.#values[first + length] = value;
			this.#lengthen(slot, length + 1);
			return false;
		}
		const offset = at - (this.#base[slot] as number);
		if (length === 0 || offset < 0) return undefined;
		let place = first + length - 1;
		while ((this.#offsets[place] as number) > offset) place--;
		if (this.#offsets[place] === offset) {
			this.#values[place] = value;
			return true;
		}
		this.#offsets.copyWithin(place + 2, place + 1, first + length);
		this.#values.copyWithin(place + 2, place + 1, first + length);
		this.#offsets[place + 1] = offset;
		this.#values[place + 1] = value;
		this.#lengthen(slot, length + 1);
		return false;
	}

	/** True if a chunk or the tail has a sample of this instant. */
	has(slot: number, instant: number): boolean {
		const { count } = this.read(slot, instant - 1, instant);
		for (let i = 0; i < count; i++) if (at[i] === instant) return true;
		return false;
	}

	/**
	 * Reads the chunks and the tail of a slot, those that have samples in (after, until] whole.
	 * @returns `count` samples, instants in ms and values, in arrays that the next call overwrites.
	 */
	read(slot: number, after: number, until: number): { at: Float64Array; values: Float64Array; count: number } {
		const length = this.#length[slot] as number;
		let firstAt = length > 0 ? (this.#base[slot] as number) : Number.POSITIVE_INFINITY;
		const tail = firstAt <= until ? length : 0;
		const chunks: PagedChunk[] = [];
		let count = tail;
		for (let position = this.#chunk[slot] as number; position !== 0 && firstAt > after; ) {
			const chunk = this.pages.at(position);
			if (!chunk) break;
			({ firstAt, before: position } = chunk);
			if (firstAt > until) continue;
			chunks.push(chunk);
			count += chunk.length;
		}
		if (count > at.length) {
			at = new Float64Array(count * 2);
			values = new Float64Array(count * 2);
		}
		let place = 0;
		for (let i = chunks.length - 1; i >= 0; i--) {
			const chunk = chunks[i] as PagedChunk;
			readChunk(chunk, at, values, place);
			place += chunk.length;
		}
		const first = slot * TAIL;
		for (let i = 0; i < tail; i++) {
			at[place + i] = (this.#base[slot] as number) + (this.#offsets[first + i] as number);
			values[place + i] = this.#values[first + i] as number;
		}
		return { at, values, count };
	}

	/** The first tails of series are of different lengths, so that of those that come with one push a few are full at each, never all. */
	#lengthen(slot: number, length: number): void {
		this.#length[slot] = length;
		if (length === TAIL || (this.#chunk[slot] === 0 && length > slot % TAIL)) this.#close(slot);
	}

	/** Encodes the tail. */
	#close(slot: number): void {
		this.#chunk[slot] = this.pages.append(
			this.#chunk[slot] as number,
			this.#base[slot] as number,
			this.#offsets,
			this.#values,
			slot * TAIL,
			this.#length[slot] as number,
		);
		this.#length[slot] = 0;
	}

	/** State of some slots, as arrays. */
	part(from: number, until: number): Record<string, StoredArray> {
		return {
			newest: this.#newest.subarray(from, until),
			chunk: this.#chunk.subarray(from, until),
			base: this.#base.subarray(from, until),
			length: this.#length.subarray(from, until),
			offsets: this.#offsets.subarray(from * TAIL, until * TAIL),
			values: this.#values.subarray(from * TAIL, until * TAIL),
		};
	}

	/** Takes over what {@link part} gave, from a slot on. */
	restore(from: number, arrays: HeadRecord["arrays"]): void {
		this.#newest.set(arrays.newest as Float64Array, from);
		this.#chunk.set(arrays.chunk as Float64Array, from);
		this.#base.set(arrays.base as Float64Array, from);
		this.#length.set(arrays.length as Uint8Array, from);
		this.#offsets.set(arrays.offsets as Uint32Array, from * TAIL);
		this.#values.set(arrays.values as Float64Array, from * TAIL);
	}
}
