import { renderSignIn, type SignInForm } from "#pages";
import { safeNext } from "../access/next-page.ts";
import type { Asked, Handler } from "../context.ts";
import { htmlResponse, pageContext } from "../html-response.ts";
import { ProblemError } from "../problem-error.ts";

export const showSignIn: Handler = (context) => {
	const next = safeNext(context.url.searchParams.get("next"), context.url);
	if (!context.gate) return new Response(null, { status: 303, headers: { Location: next, "Cache-Control": "no-store" } });
	requireSignIn(context);
	return signInPage(context, { next, user: "" }, 200);
};

/** @throws ProblemError where people come in another way. */
export function requireSignIn({ gate }: Asked): void {
	if (gate?.hasSignIn) return;
	throw new ProblemError("not-found", "nobody signs in here: people come through Cloudflare Access");
}

export function signInPage(context: Asked, form: SignInForm, status: number, headers: Record<string, string> = {}): Response {
	const page = pageContext(context);
	return htmlResponse(renderSignIn(form, page), page, status, headers);
}
