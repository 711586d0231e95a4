/** A colony's events on their way to whoever listens. What happens before anyone does is kept for the first, a thousand at most. */
import type { ColonyEvent } from "../protocol/wire/up.ts";

const KEPT = 1_000;

export class EventHub {
	readonly #listeners = new Set<(event: ColonyEvent) => void>();
	#early: ColonyEvent[] = [];

	emit(event: ColonyEvent): void {
		if (this.#listeners.size === 0) {
			this.#early.push(event);
			if (this.#early.length > KEPT) this.#early.shift();
			return;
		}
		for (const listener of this.#listeners) listener(event);
	}

	subscribe(listener: (event: ColonyEvent) => void): () => void {
		// A wrapper, so that one function may listen twice.
		const own = (event: ColonyEvent) => listener(event);
		this.#listeners.add(own);
		for (const event of this.#early.splice(0)) own(event);
		return () => this.#listeners.delete(own);
	}
}
