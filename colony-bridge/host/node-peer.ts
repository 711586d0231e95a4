import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Peer } from "../../worker/access/peer.ts";

/**
 * Who is at the other end.
 * @param proxies how many of the operator's own proxies stand before this server: each adds the address it sees to `X-Forwarded-For`, so
 * that the client's is as many from the end, and what stands before it is the client's own invention.
 */
export function nodePeer({ socket, headers }: IncomingMessage, proxies: number): Peer {
	const direct = socket.remoteAddress ?? "";
	const loopback = /^(127\.|::1$|::ffff:127\.)/.test(direct);
	if (proxies === 0) return { address: direct, loopback };
	const forwarded = String(headers["x-forwarded-for"] ?? "")
		.split(",")
		.map((part) => withoutPort(part.trim()));
	const address = forwarded.at(-proxies) ?? "";
	// A proxy of ours is on this machine, maybe; its clients are not led here by another site's page.
	return { address: isIP(address) ? address : direct, loopback: false };
}

/** Some proxies write the client's port, too: `192.0.2.1:1234`, `[2001:db8::1]:1234`. */
function withoutPort(text: string): string {
	const [, bracketed, plain] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(text) ?? [];
	return bracketed ?? plain ?? text;
}
