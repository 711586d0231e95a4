/** Runs a piece of work on a grid of instants, never two at once; work that takes longer than the interval leaves instants out. */
export class Pulse {
	readonly #work: () => Promise<void>;
	readonly #intervalMs: number;
	#timer: NodeJS.Timeout | undefined;
	#running = false;
	#current: Promise<void> = Promise.resolve();

	/** @param work must not reject. */
	constructor(work: () => Promise<void>, intervalMs: number) {
		this.#work = work;
		this.#intervalMs = intervalMs;
	}

	/** The first beat is now. */
	start(): void {
		this.#running = true;
		void this.#beat(performance.now());
	}

	/** @returns when the work under way, if any, is done. */
	stop(): Promise<void> {
		this.#running = false;
		clearTimeout(this.#timer);
		return this.#current;
	}

	async #beat(due: number): Promise<void> {
		this.#current = this.#work();
		await this.#current;
		if (!this.#running) return;
		const passed = Math.max(1, performance.now() - due);
		const next = due + Math.ceil(passed / this.#intervalMs) * this.#intervalMs;
		this.#timer = setTimeout(() => void this.#beat(next), next - performance.now());
	}
}
