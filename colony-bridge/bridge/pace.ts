/**
 * How often a bridge pushes. While somebody looks, after every snapshot. While nobody does, what the snapshots said waits and goes out together:
 * a push is a row that a cluster pays for, whatever its size. What is urgent never waits. The cluster is told the interval before it changes, so
 * that it neither takes the rest for silence nor misses a real one for longer than it must.
 */

/** Nobody has looked for this long, ms: somebody who reloads a page is not nobody. */
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
	/** Since when nobody looks, by the time that has passed; undefined: somebody does, or nobody says. */
	#idleSince: number | undefined;
	#pushedAt = Number.NEGATIVE_INFINITY;

	/** @param liveMs time between snapshots. @param restMs between pushes while nobody looks. */
	constructor(liveMs: number, restMs: number, patienceMs = PATIENCE_MS) {
		this.#liveMs = liveMs;
		this.#restMs = restMs;
		this.#patienceMs = patienceMs;
	}

	/** Time between two pushes now, ms. */
	get intervalMs(): number {
		return this.resting ? this.#restMs : this.#liveMs;
	}

	/** So many look; undefined: it is not told. @returns whether the pace changed. */
	demand(viewers: number | undefined, now = performance.now()): boolean {
		if (viewers === 0) {
			this.#idleSince ??= now;
			return false;
		}
		this.#idleSince = undefined;
		return this.#set(false);
	}

	/** A snapshot is there. @returns whether it is time for a push, and whether the pace changed with it. */
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
