/** What another site's page makes its visitor's browser send. SameSite cookies stop most of it; this stops it where there is no cookie, too. */
import type { RequestContext } from "../context.ts";
import { ProblemError } from "../problem-error.ts";

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
