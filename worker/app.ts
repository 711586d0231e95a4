/** The dashboard as one function from request to response: the same in workerd and in Node. */
import { type IRequestStrict, IttyRouter } from "itty-router";
import { decide } from "./access/decide.ts";
import type { Peer } from "./access/peer.ts";
import { type AppOptions, type RequestContext, targetOf } from "./context.ts";
import { ProblemError } from "./problem-error.ts";
import { problemResponse } from "./problem-response.ts";
import { noPage } from "./routes/show-page.ts";
import { ROUTES } from "./routes.ts";
import { newNonce, SECURITY_HEADERS } from "./security-headers.ts";

export type { AppOptions } from "./context.ts";

export interface App {
	/** Never throws: whatever goes wrong is a problem document. */
	fetch(request: Request, peer?: Peer): Promise<Response>;
}

/** @throws where the options ask for what would leave the dashboard open. */
export function createApp(app: AppOptions): App {
	if (app.config.authEnabled) {
		throw new Error(
			"authEnabled: true asks for sign-in, which this version does not have yet: leave it out, and put a proxy that signs people in before the dashboard",
		);
	}
	const router = buildRouter();
	return {
		async fetch(request, peer = {}) {
			const url = new URL(request.url);
			const visit: Visit = { app, request, url, nonce: newNonce(), peer };
			let response: Response;
			try {
				response = await router.fetch({ method: request.method === "HEAD" ? "GET" : request.method, url: request.url, visit });
			} catch (error) {
				response = problemResponse(error, visit);
			}
			return finish(request, response);
		},
	};
}

/** A request before its route is known; `cluster` once it is. */
type Visit = Omit<RequestContext, "params" | "cluster" | "actor"> & { peer: Peer; cluster?: RequestContext["cluster"] };
type Routed = IRequestStrict & { visit: Visit };

function buildRouter() {
	const router = IttyRouter<Routed, [], Response>();
	for (const [method, path, needs, handler] of ROUTES) {
		router[method.toLowerCase()]?.(path, async ({ visit, params: raw }: Routed) => {
			const params = decoded(raw);
			visit.cluster = targetOf(visit.app, params.cluster);
			const asked = { ...visit, cluster: visit.cluster, params };
			return handler({ ...asked, actor: await decide(needs, asked) });
		});
	}
	router.all("*", ({ visit: { request, url } }: Routed) => {
		const methods = new Set(
			router.routes.filter(([method, path]) => method !== "ALL" && path.test(url.pathname)).map(([method]) => method),
		);
		if (methods.size === 0) throw noPage(url.pathname);
		const allow = [...methods, ...(methods.has("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
		if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { Allow: allow } });
		throw new ProblemError("method", `${url.pathname} takes ${allow}, not ${request.method}`, { Allow: allow });
	});
	return router;
}

/** itty-router hands parameters on as they stand in the URL. */
function decoded(raw: Record<string, string | undefined>): Record<string, string> {
	try {
		return Object.fromEntries(
			Object.entries(raw).flatMap(([name, value]) => (value === undefined ? [] : [[name, decodeURIComponent(value)]])),
		);
	} catch {
		throw new ProblemError("invalid", "the path has a % that begins no UTF-8 character: write it as %25");
	}
}

/** What every answer has. A WebSocket's answer is the runtime's own and stays as it is. */
function finish(request: Request, response: Response): Response {
	if (response.status === 101) return response;
	const body = request.method === "HEAD" ? null : response.body;
	const { status, statusText } = response;
	const finished = new Response(body, { status, statusText, headers: response.headers });
	for (const [name, value] of Object.entries(SECURITY_HEADERS)) if (!finished.headers.has(name)) finished.headers.set(name, value);
	return finished;
}
