import type { Actor } from "../../colony-bridge/protocol/http/access.ts";
import { equalSecrets } from "../access/bytes.ts";
import { networkOf } from "../access/client.ts";
import type { Admission } from "../access/gate.ts";
import type { UnguardedContext } from "../handler/context.ts";
import { ProblemError } from "../http/problem.ts";
import { requireOwnSite } from "./origins.ts";

/** Access requirement of a route. Every route declares one; there is no default. */
export type Need =
	/** Nothing: see the one list of them in `worker/routes.ts`. */
	| "public"
	/** Somebody who may look. */
	| "view"
	/** Somebody who may look, on a dashboard that is not read-only: what people write for one another. */
	| "annotate"
	/** An operator, on a dashboard that is not read-only: whatever makes the colony do something. */
	| "act"
	/** An operator, read-only or not, whether or not anybody has to sign in: who did what. */
	| "review"
	/** An operator, read-only or not: who may get in. */
	| "manage"
	/** A bridge of the cluster. */
	| "bridge";

/**
 * What a 401 asks for (RFC 9110). Asked for Basic, a browser opens a dialog of its own over the page, also for what a script fetches; so
 * browsers are asked for a token and get the sign-in page, and programs are told that a password will do.
 */
function challenge(request: Request): string {
	const bearer = 'Bearer realm="dashboard"';
	return isBrowser(request) ? bearer : `Basic realm="dashboard", charset="UTF-8", ${bearer}`;
}

function isBrowser({ headers }: Request): boolean {
	return headers.has("sec-fetch-site") || headers.has("cookie") || /^Mozilla\//.test(headers.get("user-agent") ?? "");
}

/** Bridges: the token for all clusters (`BRIDGE_TOKEN`, option `bridgeToken`), or one that an operator has made for one of them. */
const CHALLENGE = { "WWW-Authenticate": 'Bearer realm="bridge"' };

/** @throws ProblemError where the request carries no token that is good for this cluster. */
async function admitBridge({ app, tokens, gate, request, cluster, peer }: UnguardedContext): Promise<Admission> {
	const address = peer.address ?? "";
	const secret = /^Bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
	if (secret === undefined) {
		const advice = app.bridgeToken || app.config.authEnabled ? "" : `; ${NO_TOKEN}`;
		throw new ProblemError("unauthorized", `send the bridge's token: Authorization: Bearer TOKEN${advice}`, CHALLENGE);
	}
	if (app.bridgeToken && (await equalSecrets(secret, app.bridgeToken))) {
		return { actor: { name: "", role: "operator", via: "bridge", address }, lease: {} };
	}
	const isPush = request.method === "POST";
	const token = await tokens.find(secret, !isPush, Date.now());
	if (token?.kind !== "bridge") {
		const words =
			app.bridgeToken || app.config.authEnabled ? `${WRONG_TOKEN}${gate ? ", or make another at /access/tokens" : ""}` : NO_TOKEN;
		throw new ProblemError("unauthorized", words, CHALLENGE);
	}
	if (token.cluster !== undefined && token.cluster !== cluster.name) {
		throw new ProblemError("forbidden", `this token is for the bridge of cluster "${token.cluster}", and for no other cluster`);
	}
	const lease = { credential: `token:${token.id}`, ...(token.expiresAt !== undefined && { until: token.expiresAt }) };
	const ends = token.expiresAt ?? Number.MAX_SAFE_INTEGER;
	return { actor: { name: token.name, role: "operator", via: "bridge", address }, lease, ends };
}

const NO_TOKEN = "this dashboard takes in no remote bridge: give it a token first (secret BRIDGE_TOKEN, option bridgeToken)";
const WRONG_TOKEN = "the bridge's token is not this dashboard's: compare it with BRIDGE_TOKEN or bridgeToken";

/** Sockets one client may have open at a cluster. */
const SOCKETS_A_CLIENT = 1000;

/** Decides whether a request may reach its handler, here and nowhere else. @returns who asks. @throws ProblemError where they may not. */
export async function decide(needs: Need, context: UnguardedContext): Promise<Admission> {
	const { request, peer } = context;
	const admission = await admit(needs, context);
	if (!isSafe(request) && !isByHeader(admission.actor)) requireOwnSite(context);
	const quota = context.app.config.socketsPerClient ?? SOCKETS_A_CLIENT;
	return { ...admission, lease: { ...admission.lease, client: networkOf(peer.address ?? ""), quota } };
}

async function admit(needs: Need, context: UnguardedContext): Promise<Admission> {
	const { gate, peer, request } = context;
	const address = peer.address ?? "";
	if (needs === "public") return { actor: { name: "", role: "viewer", via: "none", address }, lease: {} };
	if (needs === "bridge") return admitBridge(context);
	// A socket stays open for long.
	const fresh = needs !== "view" || !isSafe(request) || request.headers.has("upgrade");
	const admission: Admission | undefined = gate
		? await gate.admit({ ...context, fresh }).catch((error) => {
				throw withChallenge(error, request);
			})
		: { actor: { name: "", role: "operator", via: "open", address }, lease: {} };
	if (!admission) throw withChallenge(new ProblemError("unauthorized", "sign in to see this dashboard"), request);
	requireRight(needs, admission.actor, context);
	return admission;
}

function requireRight(needs: Exclude<Need, "public" | "bridge">, actor: Actor, { app, gate }: UnguardedContext): void {
	if (needs === "view") return;
	if ((needs === "act" || needs === "annotate") && app.config.readonly) {
		const why = app.lacksSignIn
			? "sign-in is off, so anyone may view and no one may act: set the secret AUTH_USERS to let operators sign in"
			: "it has no controls";
		throw new ProblemError("forbidden", `this dashboard is read-only: ${why}`);
	}
	if (needs === "annotate") return;
	if (actor.role !== "operator") {
		throw new ProblemError("forbidden", `${actor.name || "this caller"} may view but not act: acting needs the role operator`);
	}
	// Else one that leaked would make itself others, which its revocation leaves.
	if (needs === "manage" && actor.via === "token") {
		throw new ProblemError("forbidden", "a token cannot create or revoke tokens: sign in as a user");
	}
	if (needs === "manage" && !gate) {
		throw new ProblemError(
			"forbidden",
			"sign-in is off, so users cannot be told apart: set authEnabled first (on Cloudflare the secret AUTH_USERS)",
		);
	}
}

const isSafe = ({ method }: Request): boolean => method === "GET" || method === "HEAD";

/** A browser sends none of these by itself. It does send what it remembers of Basic. */
const isByHeader = ({ via }: Actor): boolean => via === "token" || via === "bridge";

function withChallenge(error: unknown, request: Request): unknown {
	if (error instanceof ProblemError && error.kind === "unauthorized") error.headers["WWW-Authenticate"] ??= challenge(request);
	return error;
}
