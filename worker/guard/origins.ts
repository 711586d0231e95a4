/** Cross-site requests. SameSite cookies stop most of them; this check also covers requests without cookies. */

import type { DashboardConfig } from "../../colony-bridge/protocol/http/config.ts";
import type { Peer } from "../access/client.ts";
import type { RequestContext } from "../handler/context.ts";
import { ProblemError } from "../http/problem.ts";

type Asked = Pick<RequestContext, "request" | "url">;

/** Browsers tell where a request comes from; programs do not, and are not led by other sites. @throws ProblemError for another site's page. */
export function requireOwnSite({ request, url }: Asked): void {
	const site = request.headers.get("sec-fetch-site");
	if (site !== null) {
		if (site === "same-origin" || site === "none") return;
		throw new ProblemError("forbidden", "a page of another site cannot change anything here: do it on the dashboard's own page");
	}
	requireSameOrigin({ request, url });
}

/** Many proxies pass the host on without its port: it is then not known, and cookies do not tell ports apart either. */
const isSameHost = (origin: URL, url: URL): boolean => origin.host === url.host || (url.port === "" && origin.hostname === url.hostname);

/**
 * Any site's page can open a WebSocket to any address its visitor's browser reaches, and would read a dashboard on localhost or an
 * intranet: browsers apply no same-origin rule here, the server has to. Programs send no Origin.
 * @throws ProblemError where a browser sends the request for a page of another site.
 */
export function requireSameOrigin({ request, url }: Asked): void {
	const origin = request.headers.get("origin");
	if (origin === null || (URL.canParse(origin) && isSameHost(new URL(origin), url))) return;
	throw new ProblemError(
		"forbidden",
		`a page of ${origin.slice(0, 200)} cannot read the dashboard at ${url.host}; behind a proxy, pass the Host or X-Forwarded-Host header on`,
	);
}

/** Other origins' pages: none may read an answer, but for those the operator names, and those with a token only, never with a cookie. */
const EXPOSED = "As-Of, Content-Disposition, ETag, Overall-Count, Total-Count, Unknown-Metrics, Retry-After, Location";

/** @returns headers for an answer to the API. */
export function corsHeaders(request: Request, { corsOrigins }: Pick<DashboardConfig, "corsOrigins">): Record<string, string> {
	if (!corsOrigins || corsOrigins.length === 0) return {};
	const origin = request.headers.get("origin");
	if (origin === null || !corsOrigins.includes(origin)) return { Vary: "Origin" };
	const headers = { "Access-Control-Allow-Origin": origin, Vary: "Origin" };
	if (request.method !== "OPTIONS") return { ...headers, "Access-Control-Expose-Headers": EXPOSED };
	return {
		...headers,
		"Access-Control-Allow-Methods": "GET, HEAD, POST, DELETE",
		"Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
		"Access-Control-Max-Age": "600",
	};
}

/**
 * DNS rebinding: a site lets its own name lead to the victim's machine, and its page is then of the same origin as the dashboard there. What
 * gives it away is the Host header, which a page cannot choose.
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
	// The header as the client sent it: a page could set the headers of a proxy as well.
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
