/** How series are put together in the rows of merged tiers. */
import type { Cursor } from "./cursor.ts";

/** Series a row: more would make reading one series dear, fewer would make more rows, and rows are what is paid for. */
const SERIES_A_GROUP = 64;
/** Series worked through at once: a group is spread over several pushes. */
const SERIES_A_PART = 8;

export interface GroupPart {
	series: readonly number[];
	/** The group is complete with this part. */
	ends: boolean;
}

/** The series of several cuts of time, ascending, group by group: those that live together stand together, however many were seen before. */
export class Groups {
	readonly #cuts: readonly Cursor[];
	#from: number;
	#group: number[] = [];
	#place = 0;

	constructor(cuts: readonly Cursor[], from: number) {
		this.#cuts = cuts;
		this.#from = from;
	}

	/** Whether no group is begun that is not complete. */
	get between(): boolean {
		return this.#place === this.#group.length;
	}

	/** @returns undefined after the last one. */
	next(): GroupPart | undefined {
		if (this.between) {
			this.#group = this.#gather();
			this.#place = 0;
		}
		const series = this.#group.slice(this.#place, this.#place + SERIES_A_PART);
		this.#place += series.length;
		return series.length === 0 ? undefined : { series, ends: this.between };
	}

	#gather(): number[] {
		const all = new Set<number>();
		for (const cut of this.#cuts) for (const series of cut.seriesFrom(this.#from, SERIES_A_GROUP)) all.add(series);
		const group = [...all].sort((a, b) => a - b).slice(0, SERIES_A_GROUP);
		this.#from = (group.at(-1) ?? this.#from) + 1;
		return group;
	}
}
