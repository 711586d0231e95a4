/** Ends in order of their numbers, to be searched by columns and read one by one: a block, or those that are not in a full one yet. */
import type { TaskEnd } from "../../colony-bridge/protocol/state.ts";
import { barsOf, type TaskBars } from "../../colony-bridge/protocol/task-bars.ts";

export interface NumberedEnd {
	/** Of all ends the cluster ever learnt of, from 1. */
	readonly number: number;
	readonly end: TaskEnd;
}

export interface Segment {
	/** Nothing is added to it any more. */
	readonly full: boolean;
	readonly bars: TaskBars;
	/** The colony's own id of a task. */
	id(i: number): string;
	parent(i: number): string | undefined;
	error(i: number): TaskEnd["error"];
	end(i: number): TaskEnd;
}

/** Ends in memory. */
export class Loose implements Segment {
	readonly full = false;
	readonly #ends: readonly NumberedEnd[];
	#bars: TaskBars | undefined;

	constructor(ends: readonly NumberedEnd[]) {
		this.#ends = ends;
	}

	get bars(): TaskBars {
		this.#bars ??= barsOf(this.#ends.map(({ number, end }) => ({ ...end, number })));
		return this.#bars;
	}

	id(i: number): string {
		return this.end(i).id;
	}
	parent(i: number): string | undefined {
		return this.end(i).parent;
	}
	error(i: number): TaskEnd["error"] {
		return this.end(i).error;
	}
	end(i: number): TaskEnd {
		return (this.#ends[i] as NumberedEnd).end;
	}
}
