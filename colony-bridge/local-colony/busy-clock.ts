/** Shares of time: how much of the last stretch something was the case. */
export class BusyClock {
	#since: number | undefined;
	#total = 0;
	#start = performance.now();
	#share = 0;

	begin(): void {
		this.#since ??= performance.now();
	}

	end(): void {
		if (this.#since === undefined) return;
		this.#total += performance.now() - this.#since;
		this.#since = undefined;
	}

	/** Share of the time since the stretch began, 0 to 1; a new stretch begins when this one is half a second old. */
	share(): number {
		const now = performance.now();
		const length = now - this.#start;
		if (length < 500) return this.#share;
		const running = this.#since === undefined ? 0 : now - this.#since;
		this.#share = Math.min(1, (this.#total + running) / length);
		this.#total = 0;
		this.#start = now;
		if (this.#since !== undefined) this.#since = now;
		return this.#share;
	}
}
