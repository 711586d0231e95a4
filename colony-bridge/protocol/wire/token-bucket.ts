/** Rates with a burst: tokens come back as time goes on, and whoever acts takes some. Time is what the caller says: clocks differ by host. */
import { setNewest } from "../values/objects.ts";

export interface Rate {
	/** Tokens that come back in a second. */
	perSecond: number;
	/** Tokens there are at most, and at first. */
	burst: number;
}

export class TokenBucket {
	/** Tokens at the last look; below zero where more was taken than there was. */
	left: number;
	readonly #rate: Rate;
	#at = Number.NEGATIVE_INFINITY;

	constructor(rate: Rate) {
		this.#rate = rate;
		this.left = rate.burst;
	}

	/** @param now ms. A clock that is set back gives nothing and takes nothing. @returns what is there now */
	look(now: number): number {
		const { perSecond, burst } = this.#rate;
		this.left = Math.min(burst, this.left + (Math.max(0, now - this.#at) / 1000) * perSecond);
		this.#at = now;
		return this.left;
	}

	/** Takes one, if there is one. */
	take(now: number): boolean {
		if (this.look(now) < 1) return false;
		this.left--;
		return true;
	}

	/** Whole seconds until so many are there. */
	secondsUntil(tokens: number): number {
		return Math.max(1, Math.ceil((tokens - this.left) / this.#rate.perSecond));
	}
}

/** Past this many the buckets unused for longest are deleted: they are full again, or their owner waits for long. */
const MOST_OWNERS = 10_000;

/** A bucket for each owner. */
export class TokenBuckets {
	readonly #rate: Rate;
	readonly #buckets = new Map<string, TokenBucket>();

	constructor(rate: Rate) {
		this.#rate = rate;
	}

	of(owner: string): TokenBucket {
		const bucket = this.#buckets.get(owner) ?? new TokenBucket(this.#rate);
		setNewest(this.#buckets, owner, bucket, MOST_OWNERS);
		return bucket;
	}
}
