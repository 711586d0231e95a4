/**
 * Small places for numbers that come and go, so that what is known of them lies in typed arrays by place. A place that was given up is given to
 * another number.
 */
import { HashTable } from "./hash-table.ts";

export class Slots {
	/** By slot; -1: free. */
	#numbers: Int32Array = new Int32Array(32).fill(-1);
	readonly #table = new HashTable((slot) => this.#numbers[slot] as number);
	#free: number[] = [];
	/** Slots that were ever given: all are below. */
	#end = 0;
	/** The slot found last: numbers mostly come in the order in which they first came. */
	#last = 0;

	/** @param size there is room for so many, as if they had been added one by one. */
	constructor(size = 0) {
		let { capacity } = this;
		while (capacity < size) capacity = grownLength(capacity);
		if (capacity > this.capacity) this.#numbers = new Int32Array(capacity).fill(-1);
	}

	/** Into none. @param numbers by slot; of a number that stands twice the last slot is its own. */
	restore(numbers: Int32Array): void {
		this.#end = numbers.length;
		for (const [slot, number] of numbers.entries()) {
			const before = number < 0 ? -1 : this.#table.find(number, (each) => this.#numbers[each] === number);
			if (before >= 0) this.remove(before);
			this.#numbers[slot] = number;
			if (number < 0) this.#free.push(slot);
			else this.#table.add(slot);
		}
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#numbers.byteLength + this.#table.bytes + this.#free.length * 8;
	}

	/** Numbers that have a slot. */
	get size(): number {
		return this.#table.size;
	}

	/** Arrays by slot need this length. */
	get capacity(): number {
		return this.#numbers.length;
	}

	/** All slots are below this one. */
	get end(): number {
		return this.#end;
	}

	/** Numbers by slot. */
	numbers(): Int32Array {
		return this.#numbers.subarray(0, this.#end);
	}

	/** The number that has a slot; -1: none. */
	numberOf(slot: number): number {
		return this.#numbers[slot] as number;
	}

	/** Slot of a number; -1: it has none. */
	of(number: number): number {
		const next = this.#last + 1;
		if (this.#numbers[next] === number && number >= 0) {
			this.#last = next;
			return next;
		}
		const slot = this.#table.find(number, (slot) => this.#numbers[slot] === number);
		if (slot >= 0) this.#last = slot;
		return slot;
	}

	/** Gives a number a slot that has none. */
	add(number: number): number {
		const slot = this.#free.pop() ?? this.#end++;
		if (slot === this.#numbers.length) {
			const numbers = new Int32Array(grownLength(slot)).fill(-1);
			numbers.set(this.#numbers);
			this.#numbers = numbers;
		}
		this.#numbers[slot] = number;
		this.#table.add(slot);
		return slot;
	}

	/** Its slot may be another's from now on. */
	remove(slot: number): void {
		this.#table.remove(slot);
		this.#numbers[slot] = -1;
		this.#free.push(slot);
	}
}

/** Small arrays double, large ones grow by a quarter: what is not used of them is memory too. */
export function grownLength(length: number): number {
	return length < 4096 ? Math.max(32, length * 2) : length + (length >> 2);
}

/** The array with this length, and zeros behind what it had. */
export function resized<T extends Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array>(array: T, length: number): T {
	const longer = new (array.constructor as new (length: number) => T)(length);
	longer.set(array);
	return longer;
}
