/** Bridges: the token for all clusters (`BRIDGE_TOKEN`, option `bridgeToken`), or one that an operator has made for one of them. */
import type { Asked } from "../context.ts";
import { ProblemError } from "../problem-error.ts";
import { equalSecrets } from "./bytes.ts";
import type { Admission } from "./gate.ts";

const CHALLENGE = { "WWW-Authenticate": 'Bearer realm="bridge"' };

/** @throws ProblemError where the request carries no token that is good for this cluster. */
export async function admitBridge({ app, tokens, request, cluster, peer }: Asked): Promise<Admission> {
	const address = peer.address ?? "";
	const given = /^Bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
	if (given === undefined) {
		const advice = app.bridgeToken || app.config.authEnabled ? "" : `; ${NO_TOKEN}`;
		throw new ProblemError("unauthorized", `send the bridge's token: Authorization: Bearer TOKEN${advice}`, CHALLENGE);
	}
	if (app.bridgeToken && (await equalSecrets(given, app.bridgeToken))) {
		return { actor: { name: "", role: "operator", via: "bridge", address }, pass: {} };
	}
	const isPush = request.method === "POST";
	const token = await tokens.find(given, !isPush, Date.now());
	if (token?.kind !== "bridge") {
		const words = app.bridgeToken || app.config.authEnabled ? WRONG_TOKEN : NO_TOKEN;
		throw new ProblemError("unauthorized", words, CHALLENGE);
	}
	if (token.cluster !== undefined && token.cluster !== cluster.name) {
		throw new ProblemError("forbidden", `this token is for the bridge of cluster "${token.cluster}", and for no other cluster`);
	}
	const pass = { grant: `token:${token.id}`, ...(token.expiresAt !== undefined && { until: token.expiresAt }) };
	const ends = token.expiresAt ?? Number.MAX_SAFE_INTEGER;
	return { actor: { name: token.name, role: "operator", via: "bridge", address }, pass, ends };
}

const NO_TOKEN = "this dashboard takes in no remote bridge: give it a token first (secret BRIDGE_TOKEN, option bridgeToken)";
const WRONG_TOKEN =
	"the bridge's token is not this dashboard's: compare it with BRIDGE_TOKEN or bridgeToken, or make another at /access/tokens";
