import type { Token, TokenRequest } from "../../colony-bridge/protocol/http/access.ts";
import type { Clusters } from "../../durable/port.ts";
import type { RequestContext } from "../handler/context.ts";
import { ProblemError } from "../http/problem.ts";

/** Closes what is open by a credential that has been taken back. A cluster that cannot be reached has no sockets left, or closes them by their time. */
export async function closeSockets(clusters: Clusters, names: readonly string[], credential: string): Promise<void> {
	const results = await Promise.allSettled(names.map((name) => clusters.get(name).dismiss(credential)));
	for (const result of results) if (result.status === "rejected") console.error("sockets could not be closed:", result.reason);
}

const DAY_MS = 86_400_000;

/** @throws ProblemError where there are as many as there may be. */
export async function mintToken({ tokens, actor, record }: RequestContext, wanted: TokenRequest): Promise<{ token: Token; text: string }> {
	const { name, kind, expires_in_days: days } = wanted;
	const right = wanted.kind === "api" ? { role: wanted.role } : wanted.cluster === undefined ? {} : { cluster: wanted.cluster };
	const expiry = days === undefined ? {} : { expiresAt: Date.now() + days * DAY_MS };
	const minted = await tokens.mint({ name, kind, ...right, ...expiry, createdBy: actor.name });
	if (!minted) throw new ProblemError("limit", "this dashboard has as many tokens as it may: revoke some first");
	const may = wanted.kind === "api" ? `API token, ${wanted.role}` : `bridge of ${wanted.cluster ?? "every cluster"}`;
	await record({ actor, action: "token-mint", target: name, result: "done", detail: `${may}; id ${minted.token.id}` });
	return minted;
}

/** @throws ProblemError where there is no such token. */
export async function revokeToken({ app, tokens, params, actor, record }: RequestContext): Promise<void> {
	const id = /^\d{1,10}$/.test(params.id ?? "") ? Number(params.id) : -1;
	const name = (await app.access.tokens()).find((token) => token.id === id)?.name;
	const clusters = name === undefined ? undefined : await tokens.revoke(id);
	if (name === undefined || !clusters)
		throw new ProblemError("not-found", `there is no token ${(params.id ?? "").slice(0, 40)}: it was revoked, or never made`);
	await record({ actor, action: "token-revoke", target: name, result: "done", detail: `id ${id}` });
	await closeSockets(app.clusters, clusters, `token:${id}`);
}
