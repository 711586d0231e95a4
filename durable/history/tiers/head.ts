/**
 * The newest samples, in memory, until they are flushed: of two 10-minute blocks that still take samples in, and of those behind them that
 * wait to be written. The cluster's log is what makes them durable.
 *
 * A series' samples lie in its tail and its chunks (`tails.ts`). One that is older than the tail lies beside them, in its 10-minute block, until
 * that is flushed.
 */

import { BUFFER_BYTES, ENTRY_BYTES, OBJECT_BYTES } from "../../work/resident.ts";
import { type Chunk, OpenChunk, overlay } from "../blocks/chunk.ts";
import type { ChunkPages, PagesHeld } from "../blocks/chunk-pages.ts";
import { partitionOf, TEN_MINUTES_MS } from "../blocks/partition.ts";
import { resized, Slots } from "../index/slots.ts";
import type { HeadRecord, StoredArray } from "./records.ts";
import { Tails } from "./tails.ts";

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

/** Offsets of a chunk that is being read. */
let offsets = new Uint32Array(512);

export class Head {
	/** By index, ascending. */
	readonly #blocks: HeadBlock[] = [];
	readonly #recorded: Map<number, Beginning>;
	/** Slots of series that have samples here. */
	#slots = new Slots();
	readonly #tails = new Tails();
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
		const late = this.#blocks.reduce((sum, block) => sum + block.late.size, 0);
		return this.#slots.bytes + this.#tails.bytes + late * LATE_BYTES;
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
			if (this.#slots.numberOf(slot) >= 0 && this.#tails.newest(slot) <= until) this.#slots.remove(slot);
		this.#tails.pages.drop(until);
	}

	/** Samples up to this instant are on disk, ms. */
	get flushedUntil(): number {
		return this.flushedBefore * TEN_MINUTES_MS;
	}

	/** @returns whether the series had a sample of this instant. */
	put(block: HeadBlock, series: number, at: number, value: number): boolean {
		const known = this.#slots.of(series);
		const slot = known >= 0 ? known : this.#add(series);
		return this.#tails.put(slot, at, value) ?? (lateOf(block, slot).put(at, value) !== undefined || this.#tails.has(slot, at));
	}

	#add(series: number): number {
		const slot = this.#slots.add(series);
		this.#resize(this.#slots.capacity);
		if (this.#restored) this.#restored[slot] = 0;
		this.#tails.begin(slot);
		return slot;
	}

	#resize(capacity: number): void {
		this.#tails.resize(capacity);
		if (this.#restored && this.#restored.length < capacity) this.#restored = resized(this.#restored, capacity);
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
		const read = this.#tails.read(slot, Math.max(start, after), Math.min(end, until));
		const { at } = read;
		let { count } = read;
		while (count > 0 && (at[count - 1] as number) > end) count--;
		let first = 0;
		while (first < count && (at[first] as number) <= start) first++;
		const late = block.late.get(slot);
		if (first === count) return late;
		if (offsets.length < count) offsets = new Uint32Array(at.length);
		const length = count - first;
		for (let i = 0; i < length; i++) offsets[i] = (at[first + i] as number) - start;
		if (first > 0) read.values.copyWithin(0, first, count);
		const chunk = { base: start, offsets, values: read.values, length };
		return late ? overlay(chunk, late) : chunk;
	}

	/** Slots that were ever given are below this one. */
	get end(): number {
		return this.#slots.end;
	}

	get pages(): ChunkPages {
		return this.#tails.pages;
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
			...this.#tails.part(from, until),
			late: Float64Array.from(late),
		};
	}

	/** Takes over a snapshot, but what was flushed since: {@link restored} says which samples are in it. */
	restore({ header, parts, pages }: StoredHead): void {
		const length = parts.reduce((sum, { arrays }) => sum + (arrays.numbers as Int32Array).length, 0);
		const numbers = new Int32Array(length);
		this.#slots = new Slots(length);
		const { capacity } = this.#slots;
		this.#tails.resize(capacity);
		this.#restored = new Float64Array(capacity);
		this.newest = header.newest as number;
		for (const index of header.blocks as number[]) this.open((index + 1) * TEN_MINUTES_MS);
		let from = 0;
		for (const { position, arrays } of parts) {
			const count = (arrays.numbers as Int32Array).length;
			numbers.set(arrays.numbers as Int32Array, from);
			this.#tails.restore(from, arrays);
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
		this.#tails.pages.restore(pages);
		this.#tails.pages.drop(this.flushedUntil);
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
