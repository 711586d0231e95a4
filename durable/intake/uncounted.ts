import type { PushEntry } from "../log/entry.ts";

/** Repeats and refusals of pushes with nothing to write: counted in the next entry. */
export class Uncounted {
	#repeats = 0;
	#refused = 0;

	add({ repeats, refused }: { repeats: number; refused: number }): void {
		this.#repeats += repeats;
		this.#refused += refused;
	}

	writeInto(entry: PushEntry): void {
		if (this.#repeats > 0) entry.repeats = this.#repeats;
		if (this.#refused > 0) entry.refused = this.#refused;
	}

	/** That entry is durable. */
	written(): void {
		this.#repeats = 0;
		this.#refused = 0;
	}
}
