/** Exponential backoff with full jitter (M. Brooker, "Exponential Backoff and Jitter", 2015): a thousand bridges do not come back at once. */
export class Backoff {
	readonly #baseMs: number;
	readonly #capMs: number;
	readonly #random: () => number;
	#attempt = 0;

	constructor(baseMs = 500, capMs = 30_000, random: () => number = Math.random) {
		this.#baseMs = baseMs;
		this.#capMs = capMs;
		this.#random = random;
	}

	/** @returns how long to wait now, in ms: anything from 0 to a bound that doubles each time. */
	next(): number {
		const bound = Math.min(this.#capMs, this.#baseMs * 2 ** this.#attempt);
		this.#attempt += 1;
		return this.#random() * bound;
	}

	reset(): void {
		this.#attempt = 0;
	}
}

/** Longest time for which a dashboard is left alone because it asks for it, ms. */
const MOST_MS = 600_000;

/** A `Retry-After` header, seconds or a date, in ms; 0 without a valid one. */
export function retryAfterOf(header: string | null | undefined): number {
	if (!header) return 0;
	const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
	return Math.min(MOST_MS, Math.max(0, ms || 0));
}
