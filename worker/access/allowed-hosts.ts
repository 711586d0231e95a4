/**
 * DNS rebinding: a site lets its own name lead to the victim's machine, and its page is then of the same origin as the dashboard there. What
 * gives it away is the Host header, which a page cannot choose.
 */
import type { DashboardConfig } from "../../colony-bridge/protocol/config.ts";
import { ProblemError } from "../problem-error.ts";
import type { Peer } from "./peer.ts";

/**
 * @throws ProblemError where the dashboard does not answer for the host. With `allowedHosts` it answers for those and for addresses and
 * names of this machine; without, for any, but over a connection from this machine itself only where sign-in guards it or the name is one
 * that no other site can have.
 */
export function requireAllowedHost(
	request: Request,
	url: URL,
	config: Pick<DashboardConfig, "allowedHosts" | "authEnabled">,
	peer: Peer,
): void {
	const { allowedHosts, authEnabled } = config;
	// As the client sent it: what a proxy says in other headers, a page could say as well.
	const host = nameOf(request.headers.get("host") ?? url.host);
	if (isOwnName(host)) return;
	if (!allowedHosts && (authEnabled || !peer.loopback)) return;
	if (allowedHosts?.some((allowed) => matches(host, nameOf(allowed)))) return;
	throw new ProblemError("forbidden", `this dashboard does not answer for the host ${host.slice(0, 200)}: add it to allowedHosts`);
}

/** A name without its port. */
function nameOf(host: string): string {
	return host.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
}

/** An address has no name to rebind; names of one label and those under localhost are never another site's. */
function isOwnName(host: string): boolean {
	return /^\[[0-9a-f:.]+\]$/.test(host) || /^\d+\.\d+\.\d+\.\d+$/.test(host) || !host.includes(".") || host.endsWith(".localhost");
}

function matches(host: string, allowed: string): boolean {
	return allowed.startsWith("*.") ? host.endsWith(allowed.slice(1)) : host === allowed;
}
