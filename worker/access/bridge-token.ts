import type { RequestContext } from "../context.ts";
import { ProblemError } from "../problem-error.ts";

const CHALLENGE = { "WWW-Authenticate": 'Bearer realm="bridge"' };

/** @throws ProblemError where the request does not carry the bridges' token. */
export async function requireBridgeToken({ app, request }: Pick<RequestContext, "app" | "request">): Promise<void> {
	if (!app.bridgeToken) {
		throw new ProblemError(
			"unauthorized",
			"this dashboard takes in no remote bridge: give it a token first (secret BRIDGE_TOKEN, option bridgeToken)",
			CHALLENGE,
		);
	}
	const given = /^Bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
	if (given === undefined) throw new ProblemError("unauthorized", "send the bridge's token: Authorization: Bearer TOKEN", CHALLENGE);
	if (!(await equalSecrets(given, app.bridgeToken))) {
		throw new ProblemError(
			"unauthorized",
			"the bridge's token is not this dashboard's: compare it with BRIDGE_TOKEN or bridgeToken",
			CHALLENGE,
		);
	}
}

/** Takes the same time whatever differs: digests have one length, and all their bytes are compared. */
async function equalSecrets(a: string, b: string): Promise<boolean> {
	const [left, right] = await Promise.all([a, b].map((text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
	const [x, y] = [new Uint8Array(left as ArrayBuffer), new Uint8Array(right as ArrayBuffer)];
	let difference = 0;
	for (const [at, byte] of x.entries()) difference |= byte ^ (y[at] ?? 0);
	return difference === 0;
}
