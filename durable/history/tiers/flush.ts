/** Writing a 10-minute block of the head as blocks, one row at a time. */
import { BlockWriter } from "../blocks/block.ts";
import type { Block10mRows, FlushedBlock } from "../blocks/block-10m-rows.ts";
import type { HeadBlock } from "./head.ts";

/** Series a row. A 10-minute block is short, so a row is still small: 256 series of 120 samples are some 20 kB. */
const SERIES_A_ROW = 256;

/** Flushes one 10-minute block. After a cold start it continues where it was, since its rows depend on the block alone. */
export class Flush {
	readonly block: HeadBlock;
	readonly #rows: Block10mRows;
	readonly #flushed: FlushedBlock;
	/** Series not written yet. */
	readonly #rest: number[];

	constructor(block: HeadBlock, rows: Block10mRows) {
		const { flushed, last } = rows.begin(block.index);
		this.block = block;
		this.#rows = rows;
		this.#flushed = flushed;
		this.#rest = [...block.columns.keys()].filter((series) => series > last).sort((a, b) => a - b);
	}

	/** Writes one row. @returns the samples in it. */
	step(): number {
		const taken = this.#rest.splice(0, SERIES_A_ROW);
		let samples = 0;
		const writer = new BlockWriter();
		for (const series of taken) {
			const column = this.block.columns.get(series);
			if (!column) throw new Error(`series ${series} has left block ${this.block.index} while it was flushed`);
			samples += column.length;
			writer.add({ series, offsets: column.offsets, values: column.values, length: column.length });
		}
		if (writer.first !== undefined) this.#rows.write(this.#flushed, writer.first, writer.bytes());
		if (this.#rest.length === 0) this.#rows.finish(this.#flushed);
		return samples;
	}

	get done(): boolean {
		return this.#rest.length === 0;
	}
}
