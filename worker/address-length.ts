/** Longest address of a request. A page repeats it in each of its links. */
import { LIMITS } from "../colony-bridge/protocol/wire/limits.ts";
import { ProblemError } from "./http/problem.ts";

/** @throws ProblemError where it is longer. The answer then repeats nothing of it: its parameters are taken off. */
export function requireShortAddress(url: URL): void {
	const { pathname, search } = url;
	const most = pathname.endsWith("/api/view") ? LIMITS.viewAddressChars : LIMITS.addressChars;
	const chars = pathname.length + search.length;
	if (chars <= most) return;
	url.search = "";
	throw new ProblemError(
		"too-long",
		`the address has ${chars} characters, and ${most} are the most: leave parameters away, or ask in several requests`,
	);
}
