/** Tokens over REST. */
import { TokenRequest } from "../../colony-bridge/protocol/access.ts";
import { mintToken, revokeToken } from "../access/token-changes.ts";
import type { Handler } from "../context.ts";
import { jsonBody } from "../request-body.ts";
import { tokenAnswer } from "../token-answer.ts";

const NO_STORE = { "Cache-Control": "no-store" };

export const getTokens: Handler = async ({ app }) => {
	const tokens = await app.access.tokens();
	return Response.json(
		tokens.map((token) => tokenAnswer(token)),
		{ headers: NO_STORE },
	);
};

export const postToken: Handler = async (context) => {
	const { token, text } = await mintToken(context, await jsonBody(context.request, TokenRequest));
	return Response.json(tokenAnswer(token, text), { status: 201, headers: { ...NO_STORE, Location: `/api/tokens/${token.id}` } });
};

export const deleteToken: Handler = async (context) => {
	await revokeToken(context);
	return new Response(null, { status: 204, headers: NO_STORE });
};
