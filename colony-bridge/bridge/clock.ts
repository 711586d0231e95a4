/**
 * Lead of this machine's clock over the cluster's, measured on the link as in NTP (RFC 5905): of each exchange four instants are known,
 * when `hello` went (1), came (2), when `welcome` went (3) and came (4). The cluster is ahead by ((2-1) + (3-4)) / 2, off by half the round trip
 * at most; of the last eight exchanges the one with the smallest round trip counts, its error growing as clocks drift (section 10).
 *
 * Instants are moved by what is measured only where that is more than its own error, and again only where it has changed by more: numbers stay
 * on their grid instead of following every breath of the network.
 */

/** Exchanges remembered. */
const STAGES = 8;
/** Drift of two clocks against each other, at most. */
const DRIFT = 15e-6;
/** A difference below this is not worth moving instants, ms. */
const LEAST_MS = 50;
/** The clock was set, not slowed or sped up, where it jumps by this against the time that has passed, ms (the RFC's step threshold). */
const STEP_MS = 128;
/** Time between two exchanges while a link is up, ms. */
const AGAIN_MS = 64_000;

interface Exchange {
	offset: number;
	delay: number;
	/** Monotonic time of the exchange, ms. */
	at: number;
}

interface ClockSource {
	/** The machine's clock, ms since 1970. */
	now(): number;
	/** Monotonic time, ms. */
	passed(): number;
}

const MACHINE: ClockSource = { now: () => Date.now(), passed: () => performance.now() };

export class Clock {
	/** Subtracted from this machine's instants, ms. */
	skewMs = 0;
	readonly #source: ClockSource;
	#exchanges: Exchange[] = [];
	#open: { sent: number; at: number } | undefined;
	#lastAt = Number.NEGATIVE_INFINITY;
	/** The machine's clock minus monotonic time: constant unless the clock is set. */
	#base: number;

	constructor(source: ClockSource = MACHINE) {
		this.#source = source;
		this.#base = source.now() - source.passed();
	}

	/** True when an exchange is due: the last one is old, or the clock was set. */
	get due(): boolean {
		const base = this.#source.now() - this.#source.passed();
		if (Math.abs(base - this.#base) > STEP_MS) {
			this.#exchanges = [];
			this.#lastAt = Number.NEGATIVE_INFINITY;
		}
		// Small corrections of the clock are part of its drift.
		this.#base = base;
		return this.#source.passed() - this.#lastAt >= AGAIN_MS;
	}

	/** Begins an exchange. @returns the first instant. */
	begin(): number {
		this.#lastAt = this.#source.passed();
		this.#open = { sent: this.#source.now(), at: this.#lastAt };
		return this.#open.sent;
	}

	/** Ends an exchange. @returns true if {@link skewMs} changed. */
	end({ sent, received, answered }: { sent: number; received: number; answered: number }): boolean {
		const open = this.#open;
		// An answer to an earlier hello, which a link repeats by itself.
		if (!open || open.sent !== sent) return false;
		this.#open = undefined;
		const at = this.#source.passed();
		const round = at - open.at;
		// By the time that has passed, so that a clock that is set meanwhile does no harm.
		const back = sent + round;
		const delay = Math.max(0, round - (answered - received));
		this.#exchanges = [...this.#exchanges, { offset: (received - sent + (answered - back)) / 2, delay, at }].slice(-STAGES);
		const error = (exchange: Exchange) => exchange.delay / 2 + (at - exchange.at) * DRIFT;
		const best = this.#exchanges.reduce((a, b) => (error(b) <= error(a) ? b : a));
		if (Math.abs(-best.offset - this.skewMs) <= LEAST_MS + error(best)) return false;
		this.skewMs = Math.round(-best.offset);
		return true;
	}
}
