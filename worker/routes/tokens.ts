import * as v from "valibot";
import { renderTokens, type TokensForm } from "#pages";
import { type Incident, type Token, type TokenAnswer, TokenRequest } from "../../colony-bridge/protocol/http/access.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { describeIssues } from "../../colony-bridge/protocol/wire/problem.ts";
import type { Clusters } from "../../durable/port.ts";
import { type Handler, type RequestContext, targetOf } from "../handler/context.ts";
import { htmlResponse, pageContext } from "../handler/html-response.ts";
import { formBody, jsonBody } from "../http/body.ts";
import { ProblemError } from "../http/problem.ts";
import { isoField, isoInstant } from "../http/responses.ts";

/** @param text where it was just made. */
function tokenAnswer(token: Token, text?: string, root = ""): TokenAnswer {
	const { id, name, kind, role, cluster, createdAt, createdBy, expiresAt, usedAt, incident } = token;
	return {
		id: String(id),
		name,
		kind,
		created_at: isoInstant(createdAt),
		created_by: createdBy,
		...isoField("expires_at", expiresAt),
		...isoField("used_at", usedAt),
		...defined({ role, cluster, token: text }),
		...(incident && { incident: { at: isoInstant(incident.at), range: incident.range, redacted: incident.redacted } }),
		...(incident && text !== undefined && { address: `${root}/incidents/${text}` }),
	};
}

/** Tokens over REST. */
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
	return Response.json(tokenAnswer(token, text, context.app.root), {
		status: 201,
		headers: { ...NO_STORE, Location: `${context.app.root ?? ""}/api/tokens/${token.id}` },
	});
};

export const deleteToken: Handler = async (context) => {
	await revokeToken(context);
	return new Response(null, { status: 204, headers: NO_STORE });
};

/** The page of tokens: forms that need no script. */
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
	return new Response(null, { status: 303, headers: { Location: `${context.app.root ?? ""}/access/tokens`, "Cache-Control": "no-store" } });
};

async function tokensPage(context: RequestContext, form: Omit<TokensForm, "tokens">, status: number): Promise<Response> {
	const page = pageContext(context);
	return htmlResponse(renderTokens({ ...form, tokens: await context.app.access.tokens() }, page), page, status);
}

/** Closes what is open by a credential that has been taken back. A cluster that cannot be reached has no sockets left, or closes them by their time. */
export async function closeSockets(clusters: Clusters, names: readonly string[], credential: string): Promise<void> {
	const results = await Promise.allSettled(names.map((name) => clusters.get(name).dismiss(credential)));
	for (const result of results) if (result.status === "rejected") console.error("sockets could not be closed:", result.reason);
}

const DAY_MS = 86_400_000;
type IncidentRequest = Extract<TokenRequest, { kind: "incident" }>;

/** @throws ProblemError where there is nothing to show. */
async function incidentOf({ app, peer }: RequestContext, { cluster: name, at, range, redacted }: IncidentRequest): Promise<Incident> {
	if (at > Date.now()) throw new ProblemError("invalid", "at: in the future: a link shows the cluster as of an instant that has passed");
	const cluster = targetOf(app, peer, name);
	const { log, position } = await cluster.port.view([], false, at);
	if (position === 0) throw new ProblemError("not-found", `cluster "${cluster.name}" has nothing to show: no bridge has ever pushed to it`);
	return { at, range, redacted, log };
}

function rightsOf(wanted: TokenRequest): string {
	if (wanted.kind === "api") return `API token, ${wanted.role}`;
	if (wanted.kind === "bridge") return `bridge of ${wanted.cluster ?? "all clusters"}`;
	const { cluster = "the default cluster", range, redacted } = wanted;
	return `link to ${cluster} as of ${isoInstant(wanted.at)}, ${range}${redacted ? ", redacted" : ""}`;
}

/** @throws ProblemError where there are as many as there may be. */
async function mintToken(context: RequestContext, wanted: TokenRequest): Promise<{ token: Token; text: string }> {
	const { tokens, actor, record } = context;
	const { name, kind, expires_in_days: days } = wanted;
	const right = wanted.kind === "api" ? { role: wanted.role } : defined({ cluster: wanted.cluster });
	const shows = wanted.kind === "incident" && { incident: await incidentOf(context, wanted) };
	const expiry = days === undefined ? {} : { expiresAt: Date.now() + days * DAY_MS };
	const minted = await tokens.mint({ name, kind, ...right, ...shows, ...expiry, createdBy: actor.name });
	if (!minted) throw new ProblemError("limit", "the dashboard has the most tokens allowed: revoke some first");
	const may = rightsOf(wanted);
	await record({ actor, action: "token-create", target: name, result: "done", detail: `${may}; id ${minted.token.id}` });
	return minted;
}

/** @throws ProblemError where there is no such token. */
export async function revokeToken({ app, tokens, params, actor, record }: RequestContext): Promise<void> {
	const id = /^\d{1,10}$/.test(params.id ?? "") ? Number(params.id) : -1;
	const name = (await app.access.tokens()).find((token) => token.id === id)?.name;
	const clusters = name === undefined ? undefined : await tokens.revoke(id);
	if (name === undefined || !clusters)
		throw new ProblemError("not-found", `there is no token ${(params.id ?? "").slice(0, 40)}: it was revoked, or never existed`);
	await record({ actor, action: "token-revoke", target: name, result: "done", detail: `id ${id}` });
	await closeSockets(app.clusters, clusters, `token:${id}`);
}
