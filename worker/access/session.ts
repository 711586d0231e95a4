/** The key all signatures are made with: the operator's secret, or one that the store keeps. */

import * as v from "valibot";
import { Instant } from "../../colony-bridge/protocol/wire/names.ts";
import { base64Url, equalSecrets, textOfBase64 } from "./bytes.ts";

export class SigningKey {
	readonly #secret: () => Promise<string>;
	#key: Promise<CryptoKey> | undefined;

	/** @param secret is asked once, and again where it could not be had. */
	constructor(secret: () => Promise<string>) {
		this.#secret = secret;
	}

	/** HMAC-SHA-256. @param purpose keeps signatures of one kind from passing for another. */
	async sign(purpose: string, text: string): Promise<string> {
		this.#key ??= this.#secret().then(importKey);
		let key: CryptoKey;
		try {
			key = await this.#key;
		} catch (error) {
			this.#key = undefined;
			throw error;
		}
		return base64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${purpose}\0${text}`))));
	}

	async verify(purpose: string, text: string, signature: string): Promise<boolean> {
		return equalSecrets(await this.sign(purpose, text), signature);
	}
}

function importKey(secret: string): Promise<CryptoKey> {
	return crypto.subtle.importKey("raw", new TextEncoder().encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/**
 * A session as its cookie says it, signed. It is over after half a day without a request, after a week in any case, when its user's password
 * or role has changed, and when it was signed out of.
 */
export const IDLE_MS = 12 * 3_600_000;
export const LONGEST_MS = 7 * 24 * 3_600_000;
/** A cookie older than this is replaced by one that is good for longer. */
const RENEW_MS = 15 * 60_000;

const Session = v.strictObject({
	/** Random; names the session, and is no secret. */
	id: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
	user: v.string(),
	/** The user's, as it was at sign-in. */
	fingerprint: v.string(),
	created: Instant,
	/** Expiry, unless it is renewed. */
	until: Instant,
});
export type Session = v.InferOutput<typeof Session>;

export function beginSession(user: string, fingerprint: string, now: number): Session {
	const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
	return { id: (high % 2 ** 20) * 2 ** 32 + low, user, fingerprint, created: now, until: now + IDLE_MS };
}

/** The last instant the session can reach, however often it is renewed. */
export const lastInstant = (session: Session): number => session.created + LONGEST_MS;

/** @returns a session with more time, where it is worth a new cookie. */
export function renewed(session: Session, now: number): Session | undefined {
	if (session.until - IDLE_MS + RENEW_MS > now) return undefined;
	const until = Math.min(now + IDLE_MS, lastInstant(session));
	return until > session.until ? { ...session, until } : undefined;
}

export async function sealSession(session: Session, key: SigningKey): Promise<string> {
	const body = base64Url(new TextEncoder().encode(JSON.stringify(session)));
	return `${body}.${await key.sign("session", body)}`;
}

/** @returns undefined where it is none of ours, or over. */
export async function openSession(sealed: string, key: SigningKey, now: number): Promise<Session | undefined> {
	const [, body, signature] = /^([\w-]{1,2000})\.([\w-]{43})$/.exec(sealed) ?? [];
	if (!body || !signature || !(await key.verify("session", body, signature))) return undefined;
	const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Session), textOfBase64(body));
	if (!parsed.success) return undefined;
	const session = parsed.output;
	return session.until > now && lastInstant(session) > now ? session : undefined;
}

/**
 * The cookie that holds the session. Over https it is `__Host-hiveframe`, which a browser takes only with `Secure`, for this host alone and the
 * whole of it: no neighbour under the same domain can plant one. Over http (a dashboard on this machine, or in a network without TLS) browsers
 * would drop such a cookie, so it has a plain name there, and is not read where the connection is https.
 * With the port, where there is one: cookies do not tell ports apart, and two dashboards of one host keep a session each. So do two under paths of
 * their own (`root`): a browser sends each its own cookie, which then cannot be `__Host-`, since that is for the whole host.
 */
const nameFor = ({ protocol, port }: URL, root: string): string =>
	`${protocol === "https:" ? (root === "" ? "__Host-" : "__Secure-") : ""}hiveframe${port && `-${port}`}`;

/** @returns every value sent under the name: a plain one can have been planted beside ours. */
export function sessionCookies(request: Request, url: URL, root: string): string[] {
	const prefix = `${nameFor(url, root)}=`;
	return (request.headers.get("cookie") ?? "")
		.split(";")
		.map((part) => part.trim())
		.filter((part) => part.startsWith(prefix))
		.map((part) => part.slice(prefix.length))
		.slice(0, 4);
}

/** @param seconds how long the browser keeps it; 0 removes it. @returns a `Set-Cookie` header. */
export function setSessionCookie(url: URL, root: string, value: string, seconds: number): string {
	const secure = url.protocol === "https:" ? "; Secure" : "";
	return `${nameFor(url, root)}=${value}; Path=${root || "/"}; Max-Age=${Math.max(0, Math.floor(seconds))}; HttpOnly; SameSite=Lax${secure}`;
}

/** @returns path and query of the page to open after sign-in; the first page if `wanted` is not of this origin, or not under `root`. */
export function safeNext(wanted: string | null | undefined, url: URL, root = ""): string {
	const first = `${root}/`;
	if (!wanted || wanted.length > 2000 || !URL.canParse(wanted, url)) return first;
	const { origin, pathname, search } = new URL(wanted, url);
	// A path of two slashes would be read as another host.
	if (origin !== url.origin || !wanted.startsWith("/") || /^\/[/\\]/.test(pathname)) return first;
	return pathname.startsWith(first) && pathname !== `${root}/access/sign-in` ? pathname + search : first;
}

/** @returns the sign-in page's, to come back to `url`. */
export function signInAddress(url: URL, root: string): string {
	const next = safeNext(root + url.pathname + url.search, url, root);
	return `${root}/access/sign-in${next === `${root}/` ? "" : `?next=${encodeURIComponent(next)}`}`;
}
