/** The `Authorization` header: what kind of word it is, and the word. */

import type { Token } from "../../colony-bridge/protocol/http/access.ts";
import type { AccessPort, NewToken } from "../../durable/access/port.ts";
import { base64Url, sha256, textOfBase64 } from "./bytes.ts";
import { Recent } from "./recent.ts";

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

/** A revoked token may work for this long in an isolate that has just seen it, ms: never for what acts. */
const BELIEVED_MS = 10_000;

/** Tokens of programs and bridges: `hfd_ID_SECRET`. The secret is shown once and stored as its hash. */
export class ApiTokens {
	readonly #store: AccessPort;
	readonly #recent = new Recent<Token>(BELIEVED_MS, 1000);

	constructor(store: AccessPort) {
		this.#store = store;
	}

	/** @returns the token and its text, which nobody can tell again; undefined where there are as many as there may be. */
	async mint(wanted: Omit<NewToken, "hash">): Promise<{ token: Token; text: string } | undefined> {
		const secret = base64Url(crypto.getRandomValues(new Uint8Array(32)));
		const token = await this.#store.mint({ ...wanted, hash: await sha256(secret) });
		return token && { token, text: `hfd_${token.id.toString(36)}_${secret}` };
	}

	/** @param fresh ask the store, whatever was true a moment ago. */
	async find(text: string, fresh: boolean, now: number): Promise<Token | undefined> {
		const [, id, secret] = /^hfd_([0-9a-z]{1,7})_([\w-]{43})$/.exec(text) ?? [];
		if (!id || !secret) return undefined;
		const hash = await sha256(secret);
		const cached = fresh ? undefined : this.#recent.get(hash, now);
		if (cached && (cached.expiresAt ?? Number.POSITIVE_INFINITY) > now) return cached;
		const token = await this.#store.useToken(Number.parseInt(id, 36), hash);
		if (token) this.#recent.set(hash, token, now);
		return token;
	}

	/** @returns clusters that may have sockets of it; undefined: there is no such token. */
	async revoke(id: number): Promise<string[] | undefined> {
		this.#recent.clear();
		return this.#store.revokeToken(id);
	}
}
