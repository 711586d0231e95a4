/**
 * Samples that came when their 10-minute block was closed: from a bridge that was away for longer than the others kept silent, and now tells what it
 * has seen. They are kept beside the tiers until their 2-hour block is compacted (see `out-of-order-compaction.ts`), and are read with what the tiers have.
 *
 * First they lie in memory, as the head does: the cluster's log is what makes them durable. When they are many, or have waited for ten
 * minutes of the cluster's own time, all of them are written as parts, `history_out_of_order`: a part is what one such write had of one 2-hour block. So a
 * bridge that catches up costs a few rows each hundred thousand samples, however its pushes fall.
 */

import type { Sql } from "../../storage/sql.ts";
import { BUFFER_BYTES, ENTRY_BYTES } from "../../work/resident.ts";
import { Block, BlockWriter } from "../blocks/block.ts";
import { BlockRows } from "../blocks/block-rows.ts";
import { type BucketChunk, type Chunk, OpenChunk, overlay, part, type Sink } from "../blocks/chunk.ts";
import { partitionOf, TEN_MINUTES_MS, TWO_HOURS_MS } from "../blocks/partition.ts";
import { type Cursor, sampleCursor } from "./cursor.ts";
import type { Start } from "./head.ts";

/** Series that may have samples in memory, of all 2-hour blocks together: each takes some 350 bytes besides. */
const MOST_SERIES = 100_000;
const WAIT_MS = TEN_MINUTES_MS;
/** A row holds so much: a sample that cannot be compressed takes 9 bytes, and a row 2 MB. */
const SAMPLES_A_ROW = 50_000;
const SERIES_A_ROW = 512;

/** out-of-order samples of one 2-hour block that were written at once. */
export interface OutOfOrderPart {
	/** Never given twice. */
	id: number;
	block2h: number;
	/** Instant of the cluster's newest sample then, ms. */
	at: number;
}

export interface OutOfOrderState {
	/** Log position up to which all out-of-order samples are on disk. */
	written: number;
	/** Those after it. */
	start?: Start;
	/** In the order they were written. */
	parts: OutOfOrderPart[];
	nextId: number;
	/** A 2-hour block that is being compacted, with which parts, and the series it goes on with. */
	compaction?: { block2h: number; parts: number[]; from: number };
}

export class OutOfOrder {
	readonly #rows: BlockRows<Block>;
	readonly #state: OutOfOrderState;
	/** By 2-hour block, then by series. */
	readonly #open = new Map<number, Map<number, OpenChunk>>();
	readonly #most: number;
	/** Counts of what is in memory. */
	#samples = 0;
	#series = 0;

	/** @param most samples in memory. */
	constructor(sql: Sql, most: number, room: number, state: OutOfOrderState = { written: 0, parts: [], nextId: 1 }) {
		this.#rows = new BlockRows(sql, "history_out_of_order", room, (bytes) => new Block(bytes));
		this.#most = most;
		this.#state = { ...state };
	}

	get state(): OutOfOrderState {
		return this.#state;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#rows.bytes + this.#series * (ENTRY_BYTES + 2 * BUFFER_BYTES) + this.#samples * 18;
	}

	/** True if there are none. */
	get empty(): boolean {
		return this.#open.size === 0 && this.#state.parts.length === 0;
	}

	/** True if a 2-hour block has any. */
	has(block2h: number): boolean {
		return this.#open.has(block2h) || this.#state.parts.some((part) => part.block2h === block2h);
	}

	/** The first 2-hour block that has any; none: infinity. */
	get oldest(): number {
		return Math.min(...this.#open.keys(), ...this.#state.parts.map(({ block2h }) => block2h));
	}

	/** @returns whether the series had a sample of this instant that is not yet on disk. */
	put(series: number, at: number, value: number): boolean {
		const block2h = partitionOf(at, TWO_HOURS_MS);
		let columns = this.#open.get(block2h);
		if (!columns) {
			columns = new Map();
			this.#open.set(block2h, columns);
		}
		let chunk = columns.get(series);
		if (!chunk) {
			chunk = new OpenChunk(block2h * TWO_HOURS_MS, 4);
			columns.set(series, chunk);
			this.#series++;
		}
		if (chunk.put(at, value) !== undefined) return true;
		this.#samples++;
		return false;
	}

	/** Same as the head's `record`. @returns whether the state changed. */
	record(position: number, newest: number): boolean {
		if (this.#open.size === 0 || this.#state.start) return false;
		this.#state.start = { position: position - 1, newest };
		return true;
	}

	/** True if the samples in memory must be written. @param newest instant of the cluster's newest sample, ms. */
	due(newest: number): boolean {
		const since = this.#state.start?.newest;
		return since !== undefined && (this.#samples >= this.#most || this.#series >= MOST_SERIES || newest - since >= WAIT_MS);
	}

	/** Writes what is in memory. @param position of the push that is being committed. */
	write(position: number, newest: number): void {
		for (const [block2h, columns] of [...this.#open].sort(([a], [b]) => a - b)) {
			const id = this.#state.nextId++;
			this.#writePart(id, columns);
			this.#state.parts.push({ id, block2h, at: newest });
		}
		this.#open.clear();
		this.#samples = 0;
		this.#series = 0;
		this.#state.written = position;
		delete this.#state.start;
	}

	#writePart(id: number, columns: ReadonlyMap<number, OpenChunk>): void {
		let block = new BlockWriter();
		let [samples, series] = [0, 0];
		const write = (): void => {
			if (block.first !== undefined) this.#rows.write(id, block.first, block.bytes());
			block = new BlockWriter();
			[samples, series] = [0, 0];
		};
		for (const [number, { offsets, values, length }] of [...columns].sort(([a], [b]) => a - b)) {
			if (samples + length > SAMPLES_A_ROW || series === SERIES_A_ROW) write();
			block.add({ series: number, offsets, values, length });
			samples += length;
			series++;
		}
		write();
	}

	/** Parts of a 2-hour block, in the order they were written. */
	partsOf(block2h: number): OutOfOrderPart[] {
		return this.#state.parts.filter((part) => part.block2h === block2h);
	}

	/** Series by series what a part has. */
	cursor({ id, block2h }: Pick<OutOfOrderPart, "id" | "block2h">): Cursor {
		return sampleCursor(this.#rows, id, TWO_HOURS_MS, block2h * TWO_HOURS_MS);
	}

	/** Forgets parts that the tiers have now. */
	drop(ids: readonly number[]): void {
		for (const id of ids) this.#rows.drop(id);
		this.#state.parts = this.#state.parts.filter(({ id }) => !ids.includes(id));
	}

	/** All out-of-order samples of a series in 2-hour blocks from one up to another; undefined: none. Cheapest where series are asked in ascending order. */
	reader(from: number, until: number): (series: number) => Chunk | undefined {
		const blocks2h = [...new Set([...this.#open.keys(), ...this.#state.parts.map(({ block2h }) => block2h)])];
		const asked = blocks2h.filter((block2h) => block2h >= from && block2h <= until).sort((a, b) => a - b);
		const sources = asked.map((block2h) => ({
			cursors: this.partsOf(block2h).map((part) => this.cursor(part)),
			open: this.#open.get(block2h),
		}));
		return (series) => {
			let all: Chunk | undefined;
			for (const { cursors, open } of sources) {
				all = together(cursors, series, all);
				const chunk = open?.get(series);
				if (chunk) all = all ? overlay(all, chunk) : chunk;
			}
			return all;
		};
	}
}

/** Samples of a series from several parts; a later part overrides those before it. */
export function together(cursors: readonly Cursor[], series: number, under?: Chunk): Chunk | undefined {
	let all = under;
	for (const cursor of cursors) {
		const stored = cursor.chunk(series);
		if (!stored || !("samples" in stored)) continue;
		// A chunk is valid until the next one is read.
		all = all ? overlay(all, stored.samples) : { ...stored.samples, values: stored.samples.values.slice(0, stored.samples.length) };
	}
	return all;
}

/** Passes on what the tiers have of a series, with its out-of-order samples among it. No bucket may cover the time of a out-of-order sample. */
export class Overlaid implements Sink {
	readonly #sink: Sink;
	readonly #outOfOrder: Chunk;
	#place = 0;

	constructor(sink: Sink, outOfOrder: Chunk) {
		this.#sink = sink;
		this.#outOfOrder = outOfOrder;
	}

	samples(chunk: Chunk): void {
		const outOfOrder = this.#until(chunk.base + (chunk.offsets[chunk.length - 1] as number));
		this.#sink.samples(outOfOrder ? overlay(chunk, outOfOrder) : chunk);
	}

	buckets(chunk: BucketChunk): void {
		this.#pass(chunk.ends[chunk.length - 1] as number);
		this.#sink.buckets(chunk);
	}

	/** All tiers have been read. */
	finish(): void {
		this.#pass(Number.POSITIVE_INFINITY);
	}

	#pass(at: number): void {
		const outOfOrder = this.#until(at);
		if (outOfOrder) this.#sink.samples(outOfOrder);
	}

	/** out-of-order samples up to an instant that have not been passed on. */
	#until(at: number): Chunk | undefined {
		const { base, offsets, length } = this.#outOfOrder;
		const from = this.#place;
		while (this.#place < length && base + (offsets[this.#place] as number) <= at) this.#place++;
		return this.#place > from ? part(this.#outOfOrder, from, this.#place) : undefined;
	}
}
