/** Exponential backoff with full jitter (M. Brooker, "Exponential Backoff and Jitter", 2015): a thousand bridges do not come back at once. */
export class Backoff {
	readonly #baseMs: number;
	readonly #capMs: number;
	readonly #random: () => number;
	#attempt = 0;

	constructor(baseMs = 1_000, capMs = 30_000, random: () => number = Math.random) {
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

/** Delay before the slow pace, ms, so that a page reload does not switch it. */
const PATIENCE_MS = 30_000;
const REST_INTERVALS = 6;
const LONGEST_REST_MS = 30_000;

/**
 * Interval between pushes. With viewers, a push follows every snapshot. Without, snapshots are sent together, because every push costs the
 * cluster a row whatever its size. Urgent events are sent at once. The interval is declared to the cluster before it changes, so that staleness
 * is judged by it.
 */
export function restOf(intervalMs: number): number {
	return Math.max(intervalMs, Math.min(REST_INTERVALS * intervalMs, LONGEST_REST_MS));
}

export class Pace {
	resting = false;
	readonly #liveMs: number;
	readonly #restMs: number;
	readonly #patienceMs: number;
	/** Monotonic time of the last viewer's leaving; undefined with viewers, or if the count is unknown. */
	#idleSince: number | undefined;
	#pushedAt = Number.NEGATIVE_INFINITY;

	/** @param liveMs time between snapshots. @param restMs between pushes without viewers. */
	constructor(liveMs: number, restMs: number, patienceMs = PATIENCE_MS) {
		this.#liveMs = liveMs;
		this.#restMs = restMs;
		this.#patienceMs = patienceMs;
	}

	/** Time between two pushes now, ms. */
	get intervalMs(): number {
		return this.resting ? this.#restMs : this.#liveMs;
	}

	/** Sets the viewer count; undefined: unknown. @returns true if the pace changed. */
	viewerCount(viewers: number | undefined, now = performance.now()): boolean {
		if (viewers === 0) {
			this.#idleSince ??= now;
			return false;
		}
		this.#idleSince = undefined;
		return this.#set(false);
	}

	/** Call after a snapshot. @returns whether a push is due, and whether the pace changed. */
	beat(now = performance.now()): { push: boolean; changed: boolean } {
		const idle = this.#idleSince !== undefined && now - this.#idleSince >= this.#patienceMs && this.#restMs > this.#liveMs;
		const changed = idle && this.#set(true);
		// The next snapshot would come too late for it.
		const push = changed || !this.resting || now - this.#pushedAt > this.#restMs - this.#liveMs / 2;
		if (push) this.#pushedAt = now;
		return { push, changed };
	}

	#set(resting: boolean): boolean {
		const changed = this.resting !== resting;
		this.resting = resting;
		return changed;
	}
}
