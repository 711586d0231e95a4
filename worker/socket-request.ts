import type { RequestContext } from "./context.ts";
import { ProblemError } from "./problem-error.ts";

/** @throws ProblemError where the request asks for no WebSocket. */
export function requireUpgrade({ request, url }: RequestContext): void {
	if (request.headers.get("upgrade")?.toLowerCase() === "websocket") return;
	throw new ProblemError("upgrade", `${url.pathname} is a WebSocket: connect to it with ws:// or wss://`, { Upgrade: "websocket" });
}

/**
 * Any site's page can open a WebSocket to any address its visitor's browser reaches, and would read a dashboard on localhost or an
 * intranet: browsers apply no same-origin rule here, the server has to. Programs send no Origin.
 * @throws ProblemError where a browser sends the request for a page of another site.
 */
export function requireSameOrigin({ request, url }: RequestContext): void {
	const origin = request.headers.get("origin");
	if (origin === null || (URL.canParse(origin) && new URL(origin).host === url.host)) return;
	throw new ProblemError(
		"forbidden",
		`a page of ${origin.slice(0, 200)} cannot read the dashboard at ${url.host}; behind a proxy, pass the Host or X-Forwarded-Host header on`,
	);
}
