/** The `Authorization` header: what kind of word it is, and the word. */
import { textOfBase64 } from "./bytes.ts";

export type Authorization =
	| { scheme: "bearer"; token: string }
	| { scheme: "basic"; user: string; password: string }
	| { scheme: "unknown" };

/** @returns undefined where there is none. */
export function authorizationOf(request: Request): Authorization | undefined {
	const header = request.headers.get("authorization");
	if (header === null) return undefined;
	const [, scheme = "", word = ""] = /^ *([A-Za-z]+) +(\S+) *$/.exec(header) ?? [];
	if (scheme.toLowerCase() === "bearer") return { scheme: "bearer", token: word };
	if (scheme.toLowerCase() !== "basic") return { scheme: "unknown" };
	// RFC 7617: a user name has no colon, a password may.
	const [, user, password] = /^([^:]*):([\s\S]*)$/.exec(textOfBase64(word) ?? "") ?? [];
	return user === undefined || password === undefined ? { scheme: "unknown" } : { scheme: "basic", user, password };
}
