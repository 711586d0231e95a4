/**
 * Cache of valid credentials in this isolate, so that a page of many requests asks the store once. Invalid ones are not cached, and entries
 * expire.
 */
export class Recent<Value> {
	readonly #entries = new Map<string, { value: Value; until: number }>();
	readonly #ms: number;
	readonly #most: number;

	constructor(ms: number, most: number) {
		this.#ms = ms;
		this.#most = most;
	}

	get(key: string, now: number): Value | undefined {
		const entry = this.#entries.get(key);
		if (entry && entry.until > now) return entry.value;
		this.#entries.delete(key);
		return undefined;
	}

	set(key: string, value: Value, now: number): void {
		this.#entries.delete(key);
		this.#entries.set(key, { value, until: now + this.#ms });
		// The oldest goes: a map keeps its order.
		if (this.#entries.size > this.#most) this.#entries.delete(this.#entries.keys().next().value as string);
	}

	delete(key: string): void {
		this.#entries.delete(key);
	}

	clear(): void {
		this.#entries.clear();
	}
}
