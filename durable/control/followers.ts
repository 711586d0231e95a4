/** Those who wait for a command's end: woken by the end itself, or by their own patience. */

/** Past this many, an answer is given at once. */
const MOST = 2_000;

export class Followers {
	readonly #defer: (work: () => void, ms: number) => void;
	readonly #waiting = new Map<string, Set<() => void>>();
	#count = 0;

	constructor(defer: (work: () => void, ms: number) => void) {
		this.#defer = defer;
	}

	wait(id: string, ms: number): Promise<void> {
		if (this.#count >= MOST) return Promise.resolve();
		return new Promise((resolve) => {
			const group = this.#waiting.get(id) ?? new Set();
			this.#waiting.set(id, group);
			this.#count++;
			const wake = () => {
				if (!group.delete(wake)) return;
				this.#count--;
				if (group.size === 0 && this.#waiting.get(id) === group) this.#waiting.delete(id);
				resolve();
			};
			group.add(wake);
			this.#defer(wake, ms);
		});
	}

	tell(id: string): void {
		for (const wake of [...(this.#waiting.get(id) ?? [])]) wake();
	}
}
