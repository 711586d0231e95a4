/** Where a visitor goes after signing in: a page of ours, whatever the address says. */

/** @returns path and query of a page of this origin; `/` where `wanted` is none. */
export function safeNext(wanted: string | null | undefined, url: URL): string {
	if (!wanted || wanted.length > 2000 || !URL.canParse(wanted, url)) return "/";
	const { origin, pathname, search } = new URL(wanted, url);
	// A path of two slashes would be read as another host.
	if (origin !== url.origin || !wanted.startsWith("/") || /^\/[/\\]/.test(pathname) || pathname === "/access/sign-in") return "/";
	return pathname + search;
}

/** @returns the sign-in page's, to come back to `url`. */
export function signInAddress(url: URL): string {
	const next = safeNext(url.pathname + url.search, url);
	return next === "/" ? "/access/sign-in" : `/access/sign-in?next=${encodeURIComponent(next)}`;
}
