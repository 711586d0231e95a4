/** A client: its connection, the network that counts as one, and the rate of its requests. */
import { TokenBuckets } from "../../colony-bridge/protocol/wire/token-bucket.ts";
import { ProblemError } from "../http/problem.ts";

/** The client's connection, as the host knows it. */
export interface Peer {
	/** The client's address, through the proxies the operator has named. */
	address?: string;
	/** The connection came from this machine itself: a browser here can be led to it by any site (DNS rebinding). */
	loopback?: boolean;
}

/**
 * The network that counts as one client, since an IPv6 customer has 2^64 addresses.
 * @returns an IPv4 address as it is, of IPv6 the first 64 bits, `unknown` without an address.
 */
export function networkOf(address: string): string {
	const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
	if (!plain.includes(":")) return plain || "unknown";
	const [head = "", tail] = plain.toLowerCase().split("::");
	const before = head.split(":").filter(Boolean);
	const after = tail?.split(":").filter(Boolean) ?? [];
	const groups = tail === undefined ? before : [...before, ...Array(Math.max(0, 8 - before.length - after.length)).fill("0"), ...after];
	return `${groups
		.slice(0, 4)
		.map((group) => group.replace(/^0+(?=.)/, ""))
		.join(":")}::/64`;
}

/**
 * Requests of each client. They are counted in memory, so each isolate on Cloudflare counts by itself: it bounds what one client costs, and is
 * no accounting.
 */
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
