/**
 * Small places for numbers that come and go, so that what is known of them lies in typed arrays by place: a hash table of 32-bit numbers with
 * linear probing. A place that was given up is given to another number.
 */
export class Slots {
	/** By slot; -1: free. */
	#numbers = new Int32Array(32).fill(-1);
	/** Slots by the hash of their numbers; -1: none. At least twice as long as there are slots. */
	#table = new Int32Array(64).fill(-1);
	#free: number[] = [];
	/** Slots that were ever given: all are below. */
	#end = 0;
	/** The slot found last: numbers mostly come in the order in which they first came. */
	#last = 0;

	/** @param numbers by slot, as {@link numbers} gave them. */
	static of(numbers: Int32Array): Slots {
		const slots = new Slots();
		slots.#end = numbers.length;
		slots.#resize(Math.max(slots.capacity, numbers.length), numbers);
		for (const [slot, number] of numbers.entries()) if (number < 0) slots.#free.push(slot);
		return slots;
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#numbers.byteLength + this.#table.byteLength + this.#free.length * 8;
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
		if (this.#numbers[next] === number) {
			this.#last = next;
			return next;
		}
		const slot = this.#table[this.#find(number)] as number;
		if (slot >= 0) this.#last = slot;
		return slot;
	}

	/** Gives a number a slot that has none. */
	add(number: number): number {
		const slot = this.#free.pop() ?? this.#end++;
		if (slot === this.#numbers.length) this.#resize(grownLength(slot), this.#numbers);
		this.#numbers[slot] = number;
		this.#table[this.#find(number)] = slot;
		return slot;
	}

	/** Its slot may be another's from now on. */
	remove(slot: number): void {
		const table = this.#table;
		const mask = table.length - 1;
		let gap = this.#find(this.#numbers[slot] as number);
		this.#numbers[slot] = -1;
		this.#free.push(slot);
		// What was displaced by it moves up, so that no search ends too soon.
		for (let at = (gap + 1) & mask; table[at] !== -1; at = (at + 1) & mask) {
			const home = this.#home(this.#numbers[table[at] as number] as number);
			if (((at - home) & mask) < ((at - gap) & mask)) continue;
			table[gap] = table[at] as number;
			gap = at;
		}
		table[gap] = -1;
	}

	/** Place in the table where the number is, or would be. */
	#find(number: number): number {
		const table = this.#table;
		const mask = table.length - 1;
		let at = this.#home(number);
		while (table[at] !== -1 && this.#numbers[table[at] as number] !== number) at = (at + 1) & mask;
		return at;
	}

	/** Fibonacci hashing: neighbours are spread, whatever the distance between them. */
	#home(number: number): number {
		return (Math.imul(number, 0x9e3779b1) >>> 8) & (this.#table.length - 1);
	}

	#resize(length: number, from: Int32Array): void {
		const numbers = new Int32Array(length).fill(-1);
		numbers.set(from);
		this.#numbers = numbers;
		let size = this.#table.length;
		while (size < length * 2) size *= 2;
		this.#table = new Int32Array(size).fill(-1);
		for (const [slot, number] of from.entries()) if (number >= 0) this.#table[this.#find(number)] = slot;
	}
}

/** Small arrays double, large ones grow by a quarter: what is not used of them is memory too. */
function grownLength(length: number): number {
	return length < 4096 ? length * 2 : length + (length >> 2);
}

/** The array with this length, and zeros behind what it had. */
export function resized<T extends Float64Array | Uint32Array | Uint8Array>(array: T, length: number): T {
	const longer = new (array.constructor as new (length: number) => T)(length);
	longer.set(array);
	return longer;
}
