/**
 * What a 401 asks for (RFC 9110). Asked for Basic, a browser opens a dialog of its own over the page, also for what a script fetches; so
 * browsers are asked for a token and get the sign-in page, and programs are told that a password will do.
 */
export function challenge(request: Request): string {
	const bearer = 'Bearer realm="dashboard"';
	return isBrowser(request) ? bearer : `Basic realm="dashboard", charset="UTF-8", ${bearer}`;
}

function isBrowser({ headers }: Request): boolean {
	return headers.has("sec-fetch-site") || headers.has("cookie") || /^Mozilla\//.test(headers.get("user-agent") ?? "");
}
