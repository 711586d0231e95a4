/**
 * A session as its cookie says it, signed. It is over after half a day without a request, after a week in any case, when its user's password
 * or role has changed, and when it was signed out of.
 */
import * as v from "valibot";
import { Instant } from "../../colony-bridge/protocol/names.ts";
import { base64Url, textOfBase64 } from "./bytes.ts";
import type { SigningKey } from "./signing-key.ts";

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
	begun: Instant,
	/** When it is over unless it is renewed. */
	until: Instant,
});
export type Session = v.InferOutput<typeof Session>;

export function beginSession(user: string, fingerprint: string, now: number): Session {
	const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
	return { id: (high % 2 ** 20) * 2 ** 32 + low, user, fingerprint, begun: now, until: now + IDLE_MS };
}

/** The last instant the session can reach, however often it is renewed. */
export const lastInstant = (session: Session): number => session.begun + LONGEST_MS;

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
