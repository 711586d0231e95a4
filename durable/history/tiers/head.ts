/**
 * The newest samples, in memory, until they are flushed: two 10-minute blocks that still take samples in, and those behind them that
 * wait to be written. The cluster's log is what makes them durable.
 *
 * Each series has its own column a 10-minute block, instants as ms after the 10-minute block's start: 12 bytes a sample.
 */

import { type Need, OpenChunk, type Reader, type Sample, type Sink } from "../blocks/chunk.ts";
import { partitionOf, TEN_MINUTES_MS, TWO_HOURS_MS } from "../blocks/partition.ts";

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
	/** Covers (index * WINDOW_MS, (index + 1) * WINDOW_MS]. */
	readonly index: number;
	readonly columns: Map<number, OpenChunk>;
	/** Absent until the push that brought its first sample is committed. */
	beginning?: Beginning;
}

/** Beyond every position. */
const NOWHERE = 2 ** 40;

/** The first of these starts. */
export function firstOf(starts: readonly Start[]): Start {
	return starts.reduce((first, start) => (start.position < first.position ? start : first), { position: NOWHERE });
}

export class Head {
	/** By index, ascending. */
	readonly #blocks: HeadBlock[] = [];
	readonly #recorded: Map<number, Beginning>;
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
		const block: HeadBlock = { index, columns: new Map(), ...(beginning && { beginning }) };
		this.#blocks.splice(place, 0, block);
		return block;
	}

	/** Forgets a 10-minute block that is on disk now. */
	drop(block: HeadBlock): void {
		this.#blocks.splice(this.#blocks.indexOf(block), 1);
		this.#recorded.delete(block.index);
		this.flushedBefore = Math.max(this.flushedBefore, block.index + 1);
	}

	/** @returns what was there at this instant before, or undefined. */
	put(block: HeadBlock, series: number, at: number, value: number): number | undefined {
		let column = block.columns.get(series);
		if (!column) {
			column = this.#column(block, series);
			block.columns.set(series, column);
		}
		return column.put(at, value);
	}

	/** A new column with room for as many samples as the 10-minute block before had. */
	#column(block: HeadBlock, series: number): OpenChunk {
		const before = this.#blocks.find((other) => other.index === block.index - 1)?.columns.get(series);
		return new OpenChunk(block.index * TEN_MINUTES_MS, before ? before.length + 1 : 4);
	}
}

/** The head as a store to read from. */
export function headReader(head: Head, need: Need): Reader {
	const blocks = head.blocks.filter(({ index }) => (index + 1) * TEN_MINUTES_MS > need.after && index * TEN_MINUTES_MS < need.until);
	return {
		read(series: number, sink: Sink) {
			for (const block of blocks) {
				const column = block.columns.get(series);
				if (column) sink.samples(column);
			}
		},
		before: (series, at) => newestBefore(head.blocks, series, at),
	};
}

function newestBefore(blocks: readonly HeadBlock[], series: number, at: number): Sample | undefined {
	const reach = (partitionOf(at, TWO_HOURS_MS) - 1) * TWO_HOURS_MS;
	for (let w = blocks.length - 1; w >= 0; w--) {
		const column = blocks[w]?.columns.get(series);
		if (!column || column.base >= at) continue;
		for (let i = column.length - 1; i >= 0; i--) {
			const instant = column.base + (column.offsets[i] as number);
			if (instant < at) return instant > reach ? { at: instant, value: column.values[i] as number } : undefined;
		}
	}
	return undefined;
}

/** Instants of the newest few samples of a series, newest first, ms. */
export function newestInstants(head: Head, series: number, most: number): number[] {
	const instants: number[] = [];
	for (let w = head.blocks.length - 1; w >= 0; w--) {
		const column = head.blocks[w]?.columns.get(series);
		for (let i = (column?.length ?? 0) - 1; column && i >= 0; i--) {
			if (instants.push(column.base + (column.offsets[i] as number)) === most) return instants;
		}
	}
	return instants;
}
