/** First in, first out. Taking from the front of a long array costs its length; here the dead half piles up and is cut off at once. */
export class Queue<T> {
	#items: T[] = [];
	#start = 0;

	get size(): number {
		return this.#items.length - this.#start;
	}
	get first(): T | undefined {
		return this.#items[this.#start];
	}

	*[Symbol.iterator](): Generator<T> {
		for (let i = this.#start; i < this.#items.length; i++) yield this.#items[i] as T;
	}

	push(item: T): void {
		this.#items.push(item);
	}

	shift(): T | undefined {
		if (this.size === 0) return undefined;
		const item = this.#items[this.#start++];
		if (this.#start * 2 > this.#items.length) {
			this.#items = this.#items.slice(this.#start);
			this.#start = 0;
		}
		return item;
	}

	/** Takes items from the front as long as they are wanted. */
	takeWhile(wanted: (item: T) => boolean): T[] {
		const taken: T[] = [];
		while (this.size > 0 && wanted(this.first as T)) taken.push(this.shift() as T);
		return taken;
	}
}
