/** Writing a window of the head as blocks, one row at a time. */
import { BlockWriter } from "../blocks/block.ts";
import type { SealedWindow, WindowRows } from "../blocks/partition-rows.ts";
import type { Window } from "./head.ts";

/** Series a row. A window is short, so a row is still small: 256 series of 120 samples are some 20 kB. */
const SERIES_A_ROW = 256;

/** A window on its way to disk. Goes on after a cold start where it was, since what it writes depends on the window alone. */
export class Seal {
	readonly window: Window;
	readonly #rows: WindowRows;
	readonly #sealed: SealedWindow;
	/** What is still to be written. */
	readonly #rest: number[];

	constructor(window: Window, rows: WindowRows) {
		const { sealed, last } = rows.begin(window.index);
		this.window = window;
		this.#rows = rows;
		this.#sealed = sealed;
		this.#rest = [...window.columns.keys()].filter((series) => series > last).sort((a, b) => a - b);
	}

	/** Writes one row. @returns the samples in it. */
	step(): number {
		const taken = this.#rest.splice(0, SERIES_A_ROW);
		let samples = 0;
		const block = new BlockWriter();
		for (const series of taken) {
			const column = this.window.columns.get(series);
			if (!column) throw new Error(`series ${series} has left window ${this.window.index} while it was sealed`);
			samples += column.length;
			block.add({ series, offsets: column.offsets, values: column.values, length: column.length });
		}
		if (block.first !== undefined) this.#rows.write(this.#sealed, block.first, block.bytes());
		if (this.#rest.length === 0) this.#rows.finish(this.#sealed);
		return samples;
	}

	get done(): boolean {
		return this.#rest.length === 0;
	}
}
