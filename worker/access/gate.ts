/** Sign-in and sign-out, where `authEnabled` is set. */
import type { Actor } from "../../colony-bridge/protocol/http/access.ts";
import type { DashboardConfig } from "../../colony-bridge/protocol/http/config.ts";
import type { AccessPort } from "../../durable/access/port.ts";
import type { Lease } from "../../durable/live/socket.ts";
import { ProblemError } from "../http/problem.ts";
import type { RecordAccess } from "./access-record.ts";
import { sha256 } from "./bytes.ts";
import type { Peer } from "./client.ts";
import { CloudflareAccess } from "./cloudflare-access.ts";
import { Recent } from "./recent.ts";
import {
	beginSession,
	IDLE_MS,
	lastInstant,
	openSession,
	renewed,
	type Session,
	SigningKey,
	sealSession,
	sessionCookies,
	setSessionCookie,
} from "./session.ts";
import { type ApiTokens, authorizationOf } from "./tokens.ts";
import { PasswordCheck, Users } from "./users.ts";

/** An authenticated caller, and the access lease of their sockets. */
export interface Admission {
	actor: Actor;
	lease: Lease;
	/** Last instant of a revocable credential, however often it is renewed. */
	ends?: number;
	session?: Session;
}

interface Arrival {
	request: Request;
	url: URL;
	peer: Peer;
	/** Bypass the cache and ask the store. */
	fresh: boolean;
	/** Headers to add to the answer. */
	answer: Headers;
}

interface GateParts {
	store: AccessPort;
	tokens: ApiTokens;
	record: RecordAccess;
	/** Absent: the store keeps a key. */
	sessionKey?: string | undefined;
	/** Prefix of every path. Absent: none. */
	root?: string | undefined;
}

/**
 * A session's socket is closed after this long, ms: the page comes back at once, and its request for that renews the session. A screen on a
 * wall, which asks for nothing else, stays signed in so.
 */
const SOCKET_MS = IDLE_MS / 2;
/** Cache lifetime of a valid credential for requests that only read, ms. */
const BELIEVED_MS = 10_000;
/** A program that sends its password with each request has it checked this often, ms. */
const PASSWORD_BELIEVED_MS = 5 * 60_000;

export class Gate {
	readonly #store: AccessPort;
	readonly #users: Users | undefined;
	readonly #passwords: PasswordCheck | undefined;
	readonly #cloudflare: CloudflareAccess | undefined;
	readonly #tokens: ApiTokens;
	readonly #record: RecordAccess;
	readonly #key: SigningKey;
	readonly #root: string;
	readonly #validSessions = new Recent<true>(BELIEVED_MS, 10_000);
	readonly #basic = new Recent<Pick<Actor, "name" | "role">>(PASSWORD_BELIEVED_MS, 1000);

	/** @throws if no configured credential could ever sign in. */
	constructor(config: DashboardConfig, { store, tokens, record, sessionKey, root = "" }: GateParts) {
		requireSomebody(config);
		this.#store = store;
		this.#tokens = tokens;
		this.#record = record;
		this.#root = root;
		this.#key = new SigningKey(async () => sessionKey ?? store.signingKey());
		if (config.authUsers && Object.keys(config.authUsers).length > 0) {
			this.#users = new Users(config.authUsers, this.#key, (...given) => store.derive(...given));
			this.#passwords = new PasswordCheck(this.#users, store, record);
		}
		if (config.cloudflareAccess) this.#cloudflare = new CloudflareAccess(config.cloudflareAccess);
	}

	/** True if passwords are configured. */
	get hasSignIn(): boolean {
		return this.#passwords !== undefined;
	}

	async prepare(): Promise<void> {
		await this.#users?.prepare();
	}

	/** @returns undefined for a request without credentials. @throws ProblemError if they are invalid. */
	async admit(arrival: Arrival): Promise<Admission | undefined> {
		const { request, peer, fresh } = arrival;
		const address = peer.address ?? "";
		const now = Date.now();
		const authorization = authorizationOf(request);
		if (authorization?.scheme === "bearer") {
			const token = await this.#tokens.find(authorization.token, fresh, now);
			if (token?.kind !== "api" || !token.role) throw wrongToken();
			const ends = token.expiresAt ?? Number.MAX_SAFE_INTEGER;
			const lease = { credential: `token:${token.id}`, until: Math.min(ends, now + IDLE_MS) };
			return { actor: { name: token.name, role: token.role, via: "token", address }, lease, ends };
		}
		if (authorization) {
			const found = authorization.scheme === "basic" && (await this.#basicUser(authorization.user, authorization.password, address, now));
			if (!found) throw new ProblemError("unauthorized", "wrong user or password");
			return { actor: { ...found, via: "basic", address }, lease: { until: now + IDLE_MS } };
		}
		const admitted = await this.#cloudflare?.admit(request);
		if (admitted) {
			const { name, role, until } = admitted;
			return { actor: { name, role, via: "cloudflare-access", address }, lease: { until } };
		}
		return this.#bySession(arrival, address, now);
	}

	/** @returns a `Set-Cookie` header; undefined if user and password do not match. @throws ProblemError after too many tries. */
	async signIn(user: string, password: string, url: URL, peer: Peer): Promise<string | undefined> {
		const found = await this.#passwords?.check(user, password, peer.address ?? "");
		const account = found && (await this.#users?.find(found.name));
		if (!account) return undefined;
		const now = Date.now();
		const actor = { name: account.name, role: account.role, via: "session", address: peer.address ?? "" } as const;
		await this.#record({ actor, action: "sign-in", result: "done" });
		return this.#cookie(beginSession(account.name, account.fingerprint, now), url, now);
	}

	/** Revokes a session, with every copy of its cookie. @returns clusters that may have sockets of it. */
	async signOut({ actor, session }: Admission & { session: Session }): Promise<string[]> {
		await this.#record({ actor, action: "sign-out", result: "done" });
		this.#validSessions.delete(String(session.id));
		return this.#store.endSession(session.id, lastInstant(session));
	}

	/** By the session of the request's cookie alone, if it has one that is not over. */
	bySession(arrival: Arrival): Promise<(Admission & { session: Session }) | undefined> {
		return this.#bySession(arrival, arrival.peer.address ?? "", Date.now());
	}

	/** Records the cluster of a socket, so that it can be closed when its credential is revoked. */
	async registerSocket({ lease: { credential }, ends }: Admission, cluster: string): Promise<void> {
		if (credential && ends !== undefined) await this.#store.registerSocket(credential, cluster, ends);
	}

	async hasEnded({ id }: Session): Promise<boolean> {
		return this.#store.hasEnded(id);
	}

	async #bySession(
		{ request, url, fresh, answer }: Arrival,
		address: string,
		now: number,
	): Promise<(Admission & { session: Session }) | undefined> {
		for (const sealed of sessionCookies(request, url, this.#root)) {
			const session = await openSession(sealed, this.#key, now);
			const user = session && (await this.#users?.find(session.user));
			if (!session || !user || user.fingerprint !== session.fingerprint) continue;
			if (!(await this.#isAlive(session, fresh, now))) continue;
			const longer = renewed(session, now);
			if (longer) answer.append("Set-Cookie", await this.#cookie(longer, url, now));
			const { until } = longer ?? session;
			const lease = { credential: `session:${session.id}`, until: Math.min(until, now + SOCKET_MS) };
			const actor: Actor = { name: user.name, role: user.role, via: "session", address };
			return { actor, lease, ends: lastInstant(session), session: longer ?? session };
		}
		return undefined;
	}

	async #isAlive({ id }: Session, fresh: boolean, now: number): Promise<boolean> {
		const key = String(id);
		if (!fresh && this.#validSessions.get(key, now)) return true;
		if (await this.#store.hasEnded(id)) return false;
		this.#validSessions.set(key, true, now);
		return true;
	}

	async #basicUser(user: string, password: string, address: string, now: number): Promise<Pick<Actor, "name" | "role"> | undefined> {
		const key = await sha256(JSON.stringify([user, password]));
		const cached = this.#basic.get(key, now);
		if (cached) return cached;
		const found = await this.#passwords?.check(user, password, address);
		if (found) this.#basic.set(key, found, now);
		return found;
	}

	async #cookie(session: Session, url: URL, now: number): Promise<string> {
		return setSessionCookie(url, this.#root, await sealSession(session, this.#key), (session.until - now) / 1000);
	}
}

/** @throws if sign-in is required and no credential is configured. */
export function requireSomebody({ authUsers = {}, cloudflareAccess }: Pick<DashboardConfig, "authUsers" | "cloudflareAccess">): void {
	if (Object.keys(authUsers).length > 0 || cloudflareAccess) return;
	throw new Error(
		'authEnabled: true needs somebody who can sign in: give authUsers, such as {"admin": "a long password"} (on Cloudflare the secret AUTH_USERS), or cloudflareAccess',
	);
}

function wrongToken(): ProblemError {
	return new ProblemError("unauthorized", "the API token is unknown, expired or revoked: an operator creates one at /access/tokens");
}
