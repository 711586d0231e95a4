import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";

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
		setNewest(this.#entries, key, { value, until: now + this.#ms }, this.#most);
	}

	delete(key: string): void {
		this.#entries.delete(key);
	}

	clear(): void {
		this.#entries.clear();
	}
}
