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
