/**
 * Requests of each client. They are counted in memory, so each isolate on Cloudflare counts by itself: it bounds what one client costs, and is
 * no accounting.
 */
import { TokenBuckets } from "../../colony-bridge/protocol/wire/token-bucket.ts";
import { ProblemError } from "../http/problem.ts";
import { networkOf, type Peer } from "./client.ts";

export class ClientRates {
	readonly #clients: TokenBuckets;

	/** @param perMinute requests a client may make on the long run; a third of them at once. */
	constructor(perMinute: number) {
		this.#clients = new TokenBuckets({ perSecond: perMinute / 60, burst: Math.max(1, Math.ceil(perMinute / 3)) });
	}

	/** Counts a request. @throws ProblemError where it is one too many, saying when the next may come. */
	take(peer: Peer, now: number): void {
		const bucket = this.#clients.of(networkOf(peer.address ?? ""));
		if (bucket.take(now)) return;
		const seconds = bucket.secondsUntil(1);
		throw new ProblemError("too-many", `too many requests from this address: wait ${seconds} s before the next one`, {
			"Retry-After": String(seconds),
		});
	}
}
