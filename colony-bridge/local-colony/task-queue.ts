/** First in, first out; taking is constant time however long the queue. */
export class TaskQueue<T> {
	#items: (T | undefined)[] = [];
	#head = 0;

	get size(): number {
		return this.#items.length - this.#head;
	}

	add(item: T): void {
		this.#items.push(item);
	}

	/** For what was taken too early: it is next. */
	putBack(item: T): void {
		if (this.#head > 0) this.#items[--this.#head] = item;
		else this.#items.unshift(item);
	}

	take(): T | undefined {
		const item = this.#items[this.#head];
		if (item === undefined) return undefined;
		this.#items[this.#head++] = undefined;
		// Half of the array is behind the head: time to let go of it.
		if (this.#head > 64 && this.#head * 2 > this.#items.length) {
			this.#items = this.#items.slice(this.#head);
			this.#head = 0;
		}
		return item;
	}

	/** The first `count` that wait, in order. */
	first(count: number): T[] {
		return this.#items.slice(this.#head, this.#head + count) as T[];
	}
}
