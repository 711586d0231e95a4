/** The one place where it is decided whether a request may reach its handler. */
import type { Actor } from "../../colony-bridge/protocol/access.ts";
import type { Asked } from "../context.ts";
import { ProblemError } from "../problem-error.ts";
import { networkOf } from "./address.ts";
import { admitBridge } from "./bridge-token.ts";
import { challenge } from "./challenge.ts";
import { requireOwnSite } from "./cross-site.ts";
import type { Admission } from "./gate.ts";
import type { Need } from "./needs.ts";

/** Sockets one client may have open at a cluster. */
const SOCKETS_A_CLIENT = 1000;

/** @returns who asks. @throws ProblemError where they may not. */
export async function decide(needs: Need, asked: Asked): Promise<Admission> {
	const { request, peer } = asked;
	const admission = await admit(needs, asked);
	if (!isSafe(request) && !isByHeader(admission.actor)) requireOwnSite(asked);
	const room = asked.app.config.socketsPerClient ?? SOCKETS_A_CLIENT;
	return { ...admission, pass: { ...admission.pass, client: networkOf(peer.address ?? ""), room } };
}

async function admit(needs: Need, asked: Asked): Promise<Admission> {
	const { gate, peer, request } = asked;
	const address = peer.address ?? "";
	if (needs === "public") return { actor: { name: "", role: "viewer", via: "nobody", address }, pass: {} };
	if (needs === "bridge") return admitBridge(asked);
	// A socket stays open for long.
	const fresh = needs !== "view" || !isSafe(request) || request.headers.has("upgrade");
	const admission: Admission | undefined = gate
		? await gate.admit({ ...asked, fresh }).catch((error) => {
				throw withChallenge(error, request);
			})
		: { actor: { name: "", role: "operator", via: "open", address }, pass: {} };
	if (!admission) throw withChallenge(new ProblemError("unauthorized", "this dashboard is for those who sign in"), request);
	requireRight(needs, admission.actor, asked);
	return admission;
}

function requireRight(needs: Exclude<Need, "public" | "bridge">, actor: Actor, { app, gate }: Asked): void {
	if (needs === "view") return;
	if (needs === "act" && app.config.readonly) {
		const why = app.lacksSignIn
			? "nobody signs in here, so everybody may look and nobody may act: set the secret AUTH_USERS to let operators sign in"
			: "it shows the colony and has no controls";
		throw new ProblemError("forbidden", `this dashboard is read-only: ${why}`);
	}
	if (actor.role !== "operator") {
		throw new ProblemError("forbidden", `${actor.name || "this caller"} may look and not act: that takes the role operator`);
	}
	// Else one that leaked would make itself others, which its revocation leaves.
	if (needs === "manage" && actor.via === "token") {
		throw new ProblemError("forbidden", "a token makes and revokes no tokens: do it with a user's password");
	}
	if (needs === "manage" && !gate) {
		throw new ProblemError(
			"forbidden",
			"nobody signs in here, so nobody can be told from another: set authEnabled first (on Cloudflare the secret AUTH_USERS)",
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
