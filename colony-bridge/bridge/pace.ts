/**
 * Interval between pushes. With viewers, a push follows every snapshot. Without, snapshots are sent together, because every push costs the
 * cluster a row whatever its size. Urgent events are sent at once. The interval is declared to the cluster before it changes, so that staleness
 * is judged by it.
 */

/** Delay before the slow pace, ms, so that a page reload does not switch it. */
const PATIENCE_MS = 30_000;
const REST_INTERVALS = 6;
const LONGEST_REST_MS = 30_000;

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
	demand(viewers: number | undefined, now = performance.now()): boolean {
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
