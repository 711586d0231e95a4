/** Wakes those who wait for a change. */
export class Signal {
	readonly #waiting = new Set<() => void>();

	notify(): void {
		for (const wake of this.#waiting) wake();
	}

	/** Resolves at the next `notify`, or after `ms`. */
	next(ms: number): Promise<void> {
		return new Promise((resolve) => {
			const wake = () => {
				clearTimeout(timer);
				this.#waiting.delete(wake);
				resolve();
			};
			const timer = setTimeout(wake, ms);
			this.#waiting.add(wake);
		});
	}
}
