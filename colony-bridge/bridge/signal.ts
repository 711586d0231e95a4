/** "Something has changed": wakes whoever waits for it. */
export class Signal {
	readonly #waiting = new Set<() => void>();

	tell(): void {
		for (const wake of this.#waiting) wake();
	}

	/** Resolves at the next `tell`, or after `ms`. */
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
