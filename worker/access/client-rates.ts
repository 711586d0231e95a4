/**
 * Requests of each client, as a token bucket. It is in memory, so each isolate on Cloudflare counts by itself: it bounds what one client
 * costs, and is no accounting.
 */
import { ProblemError } from "../problem-error.ts";
import { networkOf } from "./address.ts";
import type { Peer } from "./peer.ts";

const MOST_CLIENTS = 10_000;

export class ClientRates {
	readonly #perSecond: number;
	readonly #burst: number;
	readonly #clients = new Map<string, { left: number; at: number }>();

	/** @param perMinute requests a client may make on the long run; a third of them at once. */
	constructor(perMinute: number) {
		this.#perSecond = perMinute / 60;
		this.#burst = Math.max(1, Math.ceil(perMinute / 3));
	}

	/** Counts a request. @throws ProblemError where it is one too many, saying when the next may come. */
	take(peer: Peer, now: number): void {
		const client = networkOf(peer.address ?? "");
		const known = this.#clients.get(client) ?? { left: this.#burst, at: now };
		const left = Math.min(this.#burst, known.left + (Math.max(0, now - known.at) / 1000) * this.#perSecond);
		this.#clients.delete(client);
		this.#clients.set(client, { left: left >= 1 ? left - 1 : left, at: now });
		// The one that was quiet longest goes.
		if (this.#clients.size > MOST_CLIENTS) this.#clients.delete(this.#clients.keys().next().value as string);
		if (left >= 1) return;
		const seconds = Math.max(1, Math.ceil((1 - left) / this.#perSecond));
		throw new ProblemError("too-many", `too many requests from this address: wait ${seconds} s before the next one`, {
			"Retry-After": String(seconds),
		});
	}
}
