/** The page of tokens: forms that need no script. */

import * as v from "valibot";
import { renderTokens, type TokensForm } from "#pages";
import { TokenRequest } from "../../colony-bridge/protocol/access.ts";
import { describeIssues } from "../../colony-bridge/protocol/problem.ts";
import { mintToken, revokeToken } from "../access/token-changes.ts";
import type { Handler, RequestContext } from "../context.ts";
import { htmlResponse, pageContext } from "../html-response.ts";
import { formBody } from "../request-body.ts";

export const showTokens: Handler = (context) => tokensPage(context, {}, 200);

export const mintByForm: Handler = async (context) => {
	const fields = await formBody(context.request);
	const text = (name: string) => fields.get(name)?.trim() || undefined;
	const days = text("days");
	const right = text("kind") === "bridge" ? { cluster: text("cluster") } : { role: text("role") };
	const wanted = { kind: text("kind"), name: text("name"), ...right, ...(days && { expires_in_days: Number(days) }) };
	const parsed = v.safeParse(TokenRequest, JSON.parse(JSON.stringify(wanted)));
	if (!parsed.success) return tokensPage(context, { refusal: describeIssues(parsed.issues) }, 400);
	const minted = await mintToken(context, parsed.output);
	return tokensPage(context, { minted: { name: minted.token.name, text: minted.text } }, 200);
};

export const revokeByForm: Handler = async (context) => {
	await revokeToken(context);
	return new Response(null, { status: 303, headers: { Location: "/access/tokens", "Cache-Control": "no-store" } });
};

async function tokensPage(context: RequestContext, form: Omit<TokensForm, "tokens">, status: number): Promise<Response> {
	const page = pageContext(context);
	return htmlResponse(renderTokens({ ...form, tokens: await context.app.access.tokens() }, page), page, status);
}
