import { closeSockets } from "../access/close-sockets.ts";
import { safeNext } from "../access/next-page.ts";
import type { Handler } from "../context.ts";
import { ProblemError } from "../problem-error.ts";
import { formBody } from "../request-body.ts";
import { requireSignIn, signInPage } from "./show-sign-in.ts";

/** A user and a password, from the form of the sign-in page. The answer is the same whichever of them is wrong. */
export const signIn: Handler = async (context) => {
	requireSignIn(context);
	const { app, gate, request, url, peer } = context;
	const fields = await formBody(request);
	const user = fields.get("user") ?? "";
	const next = safeNext(fields.get("next"), url);
	let cookie: string | undefined;
	try {
		cookie = await gate?.signIn(user, fields.get("password") ?? "", url, peer);
	} catch (error) {
		if (!(error instanceof ProblemError)) throw error;
		return signInPage(context, { next, user, refusal: error.message }, 429, error.headers);
	}
	if (!cookie) {
		const refusal = "User and password do not go together. Check both and try again.";
		return signInPage(context, { next, user, refusal }, 401, { "WWW-Authenticate": 'Bearer realm="dashboard"' });
	}
	// Whoever signs in anew leaves nothing behind that an old copy of the cookie could open.
	const before = await gate?.bySession({ request, url, peer, fresh: true, answer: new Headers() });
	if (gate && before) await closeSockets(app.clusters, await gate.signOut(before), `session:${before.session.id}`);
	return new Response(null, { status: 303, headers: { Location: next, "Set-Cookie": cookie, "Cache-Control": "no-store" } });
};
