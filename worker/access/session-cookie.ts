/**
 * The cookie that holds the session. Over https it is `__Host-hiveframe`, which a browser takes only with `Secure`, for this host alone and the
 * whole of it: no neighbour under the same domain can plant one. Over http (a dashboard on this machine, or in a network without TLS) browsers
 * would drop such a cookie, so it has a plain name there, and is not read where the connection is https.
 */

/** With the port, where there is one: cookies do not tell ports apart, and two dashboards of one host keep a session each. */
const nameFor = ({ protocol, port }: URL): string => `${protocol === "https:" ? "__Host-" : ""}hiveframe${port && `-${port}`}`;

/** @returns every value sent under the name: a plain one can have been planted beside ours. */
export function sessionCookies(request: Request, url: URL): string[] {
	const prefix = `${nameFor(url)}=`;
	return (request.headers.get("cookie") ?? "")
		.split(";")
		.map((part) => part.trim())
		.filter((part) => part.startsWith(prefix))
		.map((part) => part.slice(prefix.length))
		.slice(0, 4);
}

/** @param seconds how long the browser keeps it; 0 removes it. @returns a `Set-Cookie` header. */
export function setSessionCookie(url: URL, value: string, seconds: number): string {
	const secure = url.protocol === "https:" ? "; Secure" : "";
	return `${nameFor(url)}=${value}; Path=/; Max-Age=${Math.max(0, Math.floor(seconds))}; HttpOnly; SameSite=Lax${secure}`;
}
