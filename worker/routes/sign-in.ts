import { renderSignIn, type SignInForm } from "#pages";
import type { SessionAnswer } from "../../colony-bridge/protocol/http/access.ts";
import { safeNext, setSessionCookie } from "../access/session.ts";
import type { Handler, UnguardedContext } from "../handler/context.ts";
import { htmlResponse, pageContext } from "../handler/html-response.ts";
import { withoutQuery } from "../handler/query-parameters.ts";
import { formBody } from "../http/body.ts";
import { ProblemError } from "../http/problem.ts";
import { isoField } from "../http/responses.ts";
import { closeSockets } from "./tokens.ts";

export const showSignIn: Handler = (context) => {
	const next = safeNext(context.url.searchParams.get("next"), context.url, context.app.root);
	if (!context.gate) return new Response(null, { status: 303, headers: { Location: next, "Cache-Control": "no-store" } });
	requireSignIn(context);
	return signInPage(context, { next, user: "" }, 200);
};

/** @throws ProblemError where people come in another way. */
function requireSignIn({ gate }: UnguardedContext): void {
	if (gate?.hasSignIn) return;
	throw new ProblemError("not-found", "there is no sign-in page: users come through Cloudflare Access");
}

function signInPage(context: UnguardedContext, form: SignInForm, status: number, headers: Record<string, string> = {}): Response {
	const page = pageContext(context);
	return htmlResponse(renderSignIn(form, page), page, status, headers);
}

/** A user and a password, from the form of the sign-in page. The answer is the same whichever of them is wrong. */
export const signIn: Handler = async (context) => {
	requireSignIn(context);
	const { app, gate, request, url, peer } = context;
	const fields = await formBody(request);
	const user = fields.get("user") ?? "";
	const next = safeNext(fields.get("next"), url, app.root);
	let cookie: string | undefined;
	try {
		cookie = await gate?.signIn(user, fields.get("password") ?? "", url, peer);
	} catch (error) {
		if (!(error instanceof ProblemError)) throw error;
		return signInPage(context, { next, user, refusal: error.message }, 429, error.headers);
	}
	if (!cookie) {
		const refusal = "Wrong user or password. Check both and try again.";
		return signInPage(context, { next, user, refusal }, 401, { "WWW-Authenticate": 'Bearer realm="dashboard"' });
	}
	// Whoever signs in anew leaves nothing behind that an old copy of the cookie could open.
	const before = await gate?.bySession({ request, url, peer, fresh: true, answer: new Headers() });
	if (gate && before) await closeSockets(app.clusters, await gate.signOut(before), `session:${before.session.id}`);
	return new Response(null, { status: 303, headers: { Location: next, "Set-Cookie": cookie, "Cache-Control": "no-store" } });
};

/** Ends the session for good, closes what it has open, and forgets the cookie. */
export const signOut: Handler = async ({ app, gate, request, url, peer }) => {
	// Headers of its own: a renewed cookie must not follow the one that removes it.
	const admission = await gate?.bySession({ request, url, peer, fresh: true, answer: new Headers() });
	if (gate && admission) await closeSockets(app.clusters, await gate.signOut(admission), `session:${admission.session.id}`);
	const { root = "" } = app;
	const headers = {
		Location: `${root}/${gate ? "access/sign-in" : ""}`,
		"Set-Cookie": setSessionCookie(url, root, "", 0),
		"Cache-Control": "no-store",
	};
	return new Response(null, { status: 303, headers });
};

/** Who the caller is. A page that is open for days asks now and then, which also renews its session. */
export const getSession = withoutQuery(({ actor, admission, app }) => {
	const { name, role, via } = actor;
	const answer: SessionAnswer = {
		name,
		role,
		via,
		can_act: role === "operator" && !app.config.readonly,
		...isoField("expires_at", admission.session?.until ?? admission.lease.until),
	};
	return Response.json(answer, { headers: { "Cache-Control": "no-store" } });
});
