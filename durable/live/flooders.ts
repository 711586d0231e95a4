/**
 * Clients whose links were closed because they said more than they may. Closing alone ends no flood: what its sender has under way is read
 * all the same, and it comes back. So the client's links are counted from then on, and past a few opened only one a second.
 */
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import { type Rate, TokenBuckets } from "../../colony-bridge/protocol/wire/token-bucket.ts";

/** Such closes of a client, and links that it opens before all of them have come back. */
export const FLOODS = { perSecond: 1, burst: 10 } as const satisfies Rate;

export class Flooders {
	readonly #now: () => number;
	readonly #clients = new TokenBuckets(FLOODS);

	constructor(now: () => number) {
		this.#now = now;
	}

	/** A link of the client was closed for what it said. */
	count(client: string): void {
		this.#clients.of(client).take(this.#now());
	}

	/** The client opens a link. @returns why it may not */
	refusal(client: string): Refusal | undefined {
		const bucket = this.#clients.of(client);
		const now = this.#now();
		if (bucket.look(now) === FLOODS.burst || bucket.take(now)) return undefined;
		const retryAfter = bucket.secondsUntil(1);
		const detail = `links of this address were closed time and again because more was said on them than a link may: wait ${retryAfter} s before the next one`;
		return { type: "refused", kind: "too-many", detail, retryAfter };
	}
}
