import { closeSockets } from "../access/close-sockets.ts";
import { setSessionCookie } from "../access/session-cookie.ts";
import type { Handler } from "../context.ts";

/** Ends the session for good, closes what it has open, and forgets the cookie. */
export const signOut: Handler = async ({ app, gate, request, url, peer }) => {
	// Headers of its own: a renewed cookie must not follow the one that removes it.
	const admission = await gate?.bySession({ request, url, peer, fresh: true, answer: new Headers() });
	if (gate && admission) await closeSockets(app.clusters, await gate.signOut(admission), `session:${admission.session.id}`);
	const headers = { Location: gate ? "/access/sign-in" : "/", "Set-Cookie": setSessionCookie(url, "", 0), "Cache-Control": "no-store" };
	return new Response(null, { status: 303, headers });
};
