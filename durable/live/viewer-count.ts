/**
 * How many look at the cluster: viewers with a socket, and one more for those who ask without one (polling pages, programs). Bridges are told
 * when that changes, so that a colony nobody looks at pushes less often. Nothing here needs a timer, which would keep the cluster awake:
 * that nobody asks any more is noticed at the next push.
 */

/** Who asked within this time still looks, ms. */
const ASKED_MS = 30_000;

export class ViewerCount {
	readonly #watching: () => number;
	readonly #send: (viewers: number) => void;
	#askedAt = Number.NEGATIVE_INFINITY;
	/** The count last sent to bridges; undefined: memory began anew. */
	#sent: number | undefined;

	/** @param watching viewers with a socket, now. @param tell says it to all bridges. */
	constructor(watching: () => number, send: (viewers: number) => void) {
		this.#watching = watching;
		this.#send = send;
	}

	/** For a bridge that comes now. */
	forHello(now: number): number {
		this.#sent ??= this.#at(now);
		return this.#at(now);
	}

	/** Somebody asked something. */
	asked(now: number): void {
		this.#askedAt = now;
		this.review(now);
	}

	/** Tells bridges where somebody began to look, or nobody does any more. */
	review(now: number): void {
		const viewers = this.#at(now);
		if (this.#sent !== undefined && viewers > 0 === this.#sent > 0) return;
		this.#sent = viewers;
		this.#send(viewers);
	}

	#at(now: number): number {
		return Math.max(this.#watching(), now - this.#askedAt < ASKED_MS ? 1 : 0);
	}
}
