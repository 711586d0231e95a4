/** A chunk that is still being filled: 12 bytes a sample. */

import { placeOf } from "./block-index.ts";
import type { Chunk } from "./chunk.ts";

export class OpenChunk implements Chunk {
	readonly base: number;
	offsets: Uint32Array;
	values: Float64Array;
	length = 0;

	/** @param base no sample is before it, ms. @param room samples it is likely to have. */
	constructor(base: number, room: number) {
		this.base = base;
		this.offsets = new Uint32Array(room);
		this.values = new Float64Array(room);
	}

	/** @param at ms, at most 49 days after the base. @returns what was there at this instant before, or undefined. */
	put(at: number, value: number): number | undefined {
		const offset = at - this.base;
		let place = this.length;
		if (place > 0 && (this.offsets[place - 1] as number) >= offset) {
			place = placeOf(this.offsets.subarray(0, this.length), offset);
			if (this.offsets[place] === offset) {
				const before = this.values[place];
				this.values[place] = value;
				return before;
			}
		}
		this.#grow();
		if (place < this.length) {
			this.offsets.copyWithin(place + 1, place, this.length);
			this.values.copyWithin(place + 1, place, this.length);
		}
		this.offsets[place] = offset;
		this.values[place] = value;
		this.length++;
		return undefined;
	}

	#grow(): void {
		if (this.length < this.offsets.length) return;
		const offsets = new Uint32Array(this.length * 2);
		offsets.set(this.offsets);
		const values = new Float64Array(this.length * 2);
		values.set(this.values);
		this.offsets = offsets;
		this.values = values;
	}
}
