/**
 * The newest samples, in memory, until they are flushed: of two 10-minute blocks that still take samples in, and of those behind them that
 * wait to be written. The cluster's log is what makes them durable.
 *
 * A series has an open tail of a few samples as doubles; when it is full, it is encoded as a chunk (`blocks/chunk-pages.ts`). A sample that is
 * older than its series' tail lies beside them, in its 10-minute block, until that is flushed.
 */

import { BUFFER_BYTES, ENTRY_BYTES, OBJECT_BYTES } from "../../work/resident.ts";
import { type Chunk, OpenChunk, overlay } from "../blocks/chunk.ts";
import { ChunkPages, type PagedChunk, type PagesHeld, readChunk } from "../blocks/chunk-pages.ts";
import { partitionOf, TEN_MINUTES_MS } from "../blocks/partition.ts";
import { resized, Slots } from "../index/slots.ts";
import type { HeadRecord, StoredArray } from "./records.ts";

/** Samples of a full tail: longer ones would take more room, shorter ones would make chunks that take more a sample. */
const TAIL = 20;
/** Longest time that a tail covers, ms. */
const MOST_OFFSET = 2 ** 32 - 1;
/** Resident bytes of a series with late samples in a block. */
const LATE_BYTES = ENTRY_BYTES + OBJECT_BYTES + 2 * BUFFER_BYTES + 48;

/** The start of a replay: the log position before the first sample that it has to restore. */
export interface Start {
	readonly position: number;
	/** Instant of the newest sample up to there, ms: what is late is told by it, so a replay decides as the first time. Absent: nothing was kept that is late. */
	readonly newest?: number;
}

/** The start of a 10-minute block. */
export interface Beginning extends Start {
	readonly index: number;
}

export interface HeadBlock {
	/** Covers (index * TEN_MINUTES_MS, (index + 1) * TEN_MINUTES_MS]. */
	readonly index: number;
	/** Samples that were older than their series' tail, by slot. */
	readonly late: Map<number, OpenChunk>;
	/** Absent until the push that brought its first sample is committed. */
	beginning?: Beginning;
}

/** A head as it was written down. */
export interface StoredHead {
	/** Result of {@link Head.header}. */
	header: HeadRecord["header"];
	/** Results of {@link Head.part} for all slots in order, each as of a position of its own. The first may have more. */
	parts: { position: number; arrays: HeadRecord["arrays"] }[];
	pages: PagesHeld;
}

/** Beyond every position. */
const NOWHERE = 2 ** 40;

/** The first of these starts. */
export function firstOf(starts: readonly Start[]): Start {
	return starts.reduce((first, start) => (start.position < first.position ? start : first), { position: NOWHERE });
}

/** Samples of one series that are being read: instants, ms, and values. */
let at = new Float64Array(512);
let values = new Float64Array(512);
let offsets = new Uint32Array(512);

export class Head {
	/** By index, ascending. */
	readonly #blocks: HeadBlock[] = [];
	readonly #recorded: Map<number, Beginning>;
	/** Slots of series that have samples here. */
	#slots = new Slots();
	readonly #pages = new ChunkPages();
	/** By slot: instant of the newest sample, ms; position of the newest chunk, 0: none; the tail's first instant, ms, and its length. */
	#newest: Float64Array = new Float64Array();
	#chunk: Float64Array = new Float64Array();
	#base: Float64Array = new Float64Array();
	#length: Uint8Array = new Uint8Array();
	/** The tails, `TAIL` places a slot: ms after the tail's first instant, and the values. */
	#offsets: Uint32Array = new Uint32Array();
	#values: Float64Array = new Float64Array();
	/** By slot, while the log is replayed after a snapshot was restored: the position as of which it was written. */
	#restored: Float64Array | undefined;
	/** Windows before this one are on disk: their samples are not taken in again. */
	flushedBefore: number;
	/** Instant of the newest sample, ms; 0: none. */
	newest = 0;

	/** @param recorded what {@link beginnings} last gave. */
	constructor(recorded: readonly Beginning[] = [], flushedBefore = -1) {
		this.#recorded = new Map(recorded.map((beginning) => [beginning.index, beginning]));
		this.flushedBefore = flushedBefore;
	}

	/** Oldest 10-minute block that still takes samples in: decided by what was appended alone, so that a replay decides the same. */
	get openFrom(): number {
		return partitionOf(this.newest, TEN_MINUTES_MS) - 1;
	}

	/** Takes note that all samples so far belong to log positions up to this one. @param newest instant of the newest one before them. @returns whether {@link beginnings} changed. */
	record(position: number, newest: number): boolean {
		this.#restored = undefined;
		let changed = false;
		for (const block of this.#blocks) {
			if (block.beginning) continue;
			block.beginning = { index: block.index, position: position - 1, newest };
			this.#recorded.set(block.index, block.beginning);
			changed = true;
		}
		return changed;
	}

	beginnings(): Beginning[] {
		return [...this.#recorded.values()];
	}

	get blocks(): readonly HeadBlock[] {
		return this.#blocks;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		const bySlot = [this.#newest, this.#chunk, this.#base, this.#length, this.#offsets, this.#values];
		const tails = bySlot.reduce((sum, { byteLength }) => sum + byteLength, 0);
		const late = this.#blocks.reduce((sum, block) => sum + block.late.size, 0);
		return this.#slots.bytes + this.#pages.bytes + tails + late * LATE_BYTES;
	}

	/** True if a sample of this instant is in order; false: it is out of order. */
	takes(at: number): boolean {
		return partitionOf(at, TEN_MINUTES_MS) >= this.openFrom;
	}

	/** @param at in time. @returns the 10-minute block for this instant; undefined, in a replay: it is on disk. */
	open(at: number): HeadBlock | undefined {
		const index = partitionOf(at, TEN_MINUTES_MS);
		if (index < this.flushedBefore) return undefined;
		let place = this.#blocks.length;
		while (place > 0 && (this.#blocks[place - 1] as HeadBlock).index > index) place--;
		const known = this.#blocks[place - 1];
		if (known?.index === index) return known;
		const beginning = this.#recorded.get(index);
		const block: HeadBlock = { index, late: new Map(), ...(beginning && { beginning }) };
		this.#blocks.splice(place, 0, block);
		return block;
	}

	/** Forgets a 10-minute block that is on disk now, and series that have nothing else here. */
	drop(block: HeadBlock): void {
		this.#blocks.splice(this.#blocks.indexOf(block), 1);
		this.#recorded.delete(block.index);
		this.flushedBefore = Math.max(this.flushedBefore, block.index + 1);
		const until = this.flushedUntil;
		for (let slot = 0; slot < this.#slots.end; slot++)
			if (this.#slots.numberOf(slot) >= 0 && (this.#newest[slot] as number) <= until) this.#slots.remove(slot);
		this.#pages.drop(until);
	}

	/** Samples up to this instant are on disk, ms. */
	get flushedUntil(): number {
		return this.flushedBefore * TEN_MINUTES_MS;
	}

	/** @returns whether the series had a sample of this instant. */
	put(block: HeadBlock, series: number, at: number, value: number): boolean {
		const known = this.#slots.of(series);
		const slot = known >= 0 ? known : this.#add(series);
		const length = this.#length[slot] as number;
		const first = slot * TAIL;
		if (at > (this.#newest[slot] as number)) {
			if (length === 0) this.#base[slot] = at;
			const offset = at - (this.#base[slot] as number);
			if (offset > MOST_OFFSET) {
				this.#close(slot);
				return this.put(block, series, at, value);
			}
			this.#newest[slot] = at;
			this.#offsets[first + length] = offset;
			this.#values[first + length] = value;
			this.#lengthen(slot, length + 1);
			return false;
		}
		const offset = at - (this.#base[slot] as number);
		if (length === 0 || offset < 0) return this.#putLate(block, slot, at, value);
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

	#putLate(block: HeadBlock, slot: number, at: number, value: number): boolean {
		return lateOf(block, slot).put(at, value) !== undefined || this.#has(slot, at);
	}

	/** True if a chunk of the series has a sample of this instant. */
	#has(slot: number, instant: number): boolean {
		const count = this.#read(slot, instant - 1, instant);
		for (let i = 0; i < count; i++) if (at[i] === instant) return true;
		return false;
	}

	#add(series: number): number {
		const slot = this.#slots.add(series);
		const { capacity } = this.#slots;
		if (this.#newest.length < capacity) this.#resize(capacity);
		if (this.#restored) this.#restored[slot] = 0;
		this.#newest[slot] = Number.NEGATIVE_INFINITY;
		this.#chunk[slot] = 0;
		this.#length[slot] = 0;
		return slot;
	}

	#resize(capacity: number): void {
		this.#newest = resized(this.#newest, capacity);
		this.#chunk = resized(this.#chunk, capacity);
		this.#base = resized(this.#base, capacity);
		this.#length = resized(this.#length, capacity);
		this.#offsets = resized(this.#offsets, capacity * TAIL);
		this.#values = resized(this.#values, capacity * TAIL);
		if (this.#restored) this.#restored = resized(this.#restored, capacity);
	}

	/** The first tails of series are of different lengths, so that of those that come with one push a few are full at each, never all. */
	#lengthen(slot: number, length: number): void {
		this.#length[slot] = length;
		if (length === TAIL || (this.#chunk[slot] === 0 && length > slot % TAIL)) this.#close(slot);
	}

	/** Encodes the tail. */
	#close(slot: number): void {
		this.#chunk[slot] = this.#pages.append(
			this.#chunk[slot] as number,
			this.#base[slot] as number,
			this.#offsets,
			this.#values,
			slot * TAIL,
			this.#length[slot] as number,
		);
		this.#length[slot] = 0;
	}

	/** Reads the series' chunks and its tail, those that have samples in (after, until] whole, into `at` and `values`. @returns how many samples. */
	#read(slot: number, after: number, until: number): number {
		const length = this.#length[slot] as number;
		let firstAt = length > 0 ? (this.#base[slot] as number) : Number.POSITIVE_INFINITY;
		const tail = firstAt <= until ? length : 0;
		const chunks: PagedChunk[] = [];
		let count = tail;
		for (let position = this.#chunk[slot] as number; position !== 0 && firstAt > after; ) {
			const chunk = this.#pages.at(position);
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
		return count;
	}

	/**
	 * Samples of a series in a 10-minute block, valid until the next call; undefined: none.
	 * @param after some of what is not in (after, until] may be left out.
	 */
	samples(block: HeadBlock, series: number, after = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY): Chunk | undefined {
		const slot = this.#slots.of(series);
		if (slot < 0) return undefined;
		const start = block.index * TEN_MINUTES_MS;
		const end = start + TEN_MINUTES_MS;
		let count = this.#read(slot, Math.max(start, after), Math.min(end, until));
		while (count > 0 && (at[count - 1] as number) > end) count--;
		let first = 0;
		while (first < count && (at[first] as number) <= start) first++;
		const late = block.late.get(slot);
		if (first === count) return late;
		if (offsets.length < count) offsets = new Uint32Array(at.length);
		const length = count - first;
		for (let i = 0; i < length; i++) offsets[i] = (at[first + i] as number) - start;
		if (first > 0) values.copyWithin(0, first, count);
		const chunk = { base: start, offsets, values, length };
		return late ? overlay(chunk, late) : chunk;
	}

	/** Slots that were ever given are below this one. */
	get end(): number {
		return this.#slots.end;
	}

	get pages(): ChunkPages {
		return this.#pages;
	}

	/** Beside what lies in slots and pages. */
	header(): { newest: number; blocks: number[] } {
		return { newest: this.newest, blocks: this.#blocks.map(({ index }) => index) };
	}

	/** State of the series of some slots, as arrays. */
	part(from: number, until: number): Record<string, StoredArray> {
		const late: number[] = [];
		for (const block of this.#blocks)
			for (const [slot, { base, offsets, values, length }] of block.late)
				for (let i = 0; slot >= from && slot < until && i < length; i++)
					late.push(block.index, slot, base + (offsets[i] as number), values[i] as number);
		return {
			numbers: this.#slots.numbers().subarray(from, until),
			newest: this.#newest.subarray(from, until),
			chunk: this.#chunk.subarray(from, until),
			base: this.#base.subarray(from, until),
			length: this.#length.subarray(from, until),
			offsets: this.#offsets.subarray(from * TAIL, until * TAIL),
			values: this.#values.subarray(from * TAIL, until * TAIL),
			late: Float64Array.from(late),
		};
	}

	/** Takes over a snapshot, but what was flushed since: {@link restored} says which samples are in it. */
	restore({ header, parts, pages }: StoredHead): void {
		const length = parts.reduce((sum, { arrays }) => sum + (arrays.numbers as Int32Array).length, 0);
		const numbers = new Int32Array(length);
		this.#slots = new Slots(length);
		const { capacity } = this.#slots;
		this.#resize(capacity);
		this.#restored = new Float64Array(capacity);
		this.newest = header.newest as number;
		for (const index of header.blocks as number[]) this.open((index + 1) * TEN_MINUTES_MS);
		let from = 0;
		for (const { position, arrays } of parts) {
			const count = (arrays.numbers as Int32Array).length;
			numbers.set(arrays.numbers as Int32Array, from);
			this.#newest.set(arrays.newest as Float64Array, from);
			this.#chunk.set(arrays.chunk as Float64Array, from);
			this.#base.set(arrays.base as Float64Array, from);
			this.#length.set(arrays.length as Uint8Array, from);
			this.#offsets.set(arrays.offsets as Uint32Array, from * TAIL);
			this.#values.set(arrays.values as Float64Array, from * TAIL);
			this.#restored.fill(position, from, from + count);
			from += count;
			const late = arrays.late as Float64Array;
			for (let i = 0; i < late.length; i += 4) {
				const [index, slot, at, value] = late.subarray(i, i + 4) as unknown as [number, number, number, number];
				const block = this.open((index + 1) * TEN_MINUTES_MS);
				if (block) lateOf(block, slot).put(at, value);
			}
		}
		this.#slots.restore(numbers);
		this.#pages.restore(pages);
		this.#pages.drop(this.flushedUntil);
	}

	/** True if the sample that the log has of the series at this position came with a snapshot. */
	holds(series: number, position: number): boolean {
		if (!this.#restored) return false;
		const slot = this.#slots.of(series);
		return slot >= 0 && position <= (this.#restored[slot] as number);
	}

	/** Numbers of the series that have samples here, ascending. */
	series(): Int32Array {
		const numbers = new Int32Array(this.#slots.end);
		let count = 0;
		for (let slot = 0; slot < numbers.length; slot++) {
			const number = this.#slots.numberOf(slot);
			if (number >= 0) numbers[count++] = number;
		}
		return numbers.subarray(0, count).sort();
	}
}

function lateOf(block: HeadBlock, slot: number): OpenChunk {
	const late = block.late.get(slot) ?? new OpenChunk(block.index * TEN_MINUTES_MS, 4);
	block.late.set(slot, late);
	return late;
}
