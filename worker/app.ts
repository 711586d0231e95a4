/** The dashboard as one function from request to response: the same in workerd and in Node. */
import { type IRequestStrict, IttyRouter } from "itty-router";
import { LIMITS } from "../colony-bridge/protocol/wire/limits.ts";
import { fromSegment } from "../colony-bridge/protocol/wire/path-segment.ts";
import { accessRecord } from "./access/access-record.ts";
import { BridgeArrivals } from "./access/bridge-arrivals.ts";
import { ClientRates, type Peer } from "./access/client.ts";
import { type Admission, Gate } from "./access/gate.ts";
import { ApiTokens } from "./access/tokens.ts";
import { decide } from "./guard/decide.ts";
import { corsHeaders, requireAllowedHost } from "./guard/origins.ts";
import { type AppOptions, targetOf, type UnguardedContext } from "./handler/context.ts";
import { isApi, problemResponse } from "./handler/html-response.ts";
import { ProblemError } from "./http/problem.ts";
import { newNonce, SECURITY_HEADERS, STRICT_TRANSPORT } from "./http/security-headers.ts";
import { noPage } from "./routes/pages.ts";
import { ROUTES } from "./routes.ts";

export type { AppOptions } from "./handler/context.ts";

export interface App {
	/** Never throws: whatever goes wrong is a problem document. */
	fetch(request: Request, peer?: Peer): Promise<Response>;
	/** Prepares the first sign-in. @throws where the store cannot be opened. */
	prepare(): Promise<void>;
}

/** Requests of one client, a minute. */
const REQUESTS_A_MINUTE = 6000;

/** @throws where the options ask for what would leave the dashboard open, or shut for ever. */
export function createApp(options: AppOptions): App {
	const tokens = new ApiTokens(options.access);
	const record = accessRecord(options.clusters, options.defaultCluster);
	const { authUsers: _, ...config } = options.config;
	// No handler gets to see a password.
	const app: AppOptions = { ...options, config };
	const gate = config.authEnabled
		? new Gate(options.config, { store: options.access, tokens, record, sessionKey: options.sessionKey, root: options.root })
		: undefined;
	if (!gate && Object.keys(options.config.authUsers ?? {}).length > 0) {
		console.warn("the dashboard has authUsers but does not ask for sign-in: set authEnabled: true");
	}
	const arrivals = new BridgeArrivals();
	const rates = new ClientRates(config.requestsPerMinute ?? REQUESTS_A_MINUTE);
	const router = buildRouter();
	return {
		async fetch(request, peer = {}) {
			// Some proxies name a socket's scheme, wss, where they mean https.
			const url = new URL(request.url.replace(/^ws/, "http"));
			const visit: Visit = { app, gate, tokens, record, arrivals, request, url, peer, nonce: newNonce(), answer: new Headers() };
			let response: Response;
			try {
				rates.take(peer, Date.now());
				requireShortAddress(url);
				requireAllowedHost(request, url, config, peer);
				response = await router.fetch({ method: request.method === "HEAD" ? "GET" : request.method, url: url.href, visit });
			} catch (error) {
				response = problemResponse(error, visit);
			}
			return finish(visit, response);
		},
		async prepare() {
			await gate?.prepare();
		},
	};
}

/** A request before its route is known; `cluster` once it is. */
type Visit = Omit<UnguardedContext, "params" | "cluster"> & { cluster?: UnguardedContext["cluster"] };
type Routed = IRequestStrict & { visit: Visit };

function buildRouter() {
	const router = IttyRouter<Routed, [], Response>();
	for (const [method, path, needs, handler] of ROUTES) {
		router[method.toLowerCase()]?.(path, async ({ visit, params: raw }: Routed) => {
			const params = decoded(raw);
			visit.cluster = targetOf(visit.app, visit.peer, params.cluster, visit.request.signal);
			const context: UnguardedContext = { ...visit, cluster: visit.cluster, params };
			const admit = () => decide(needs, context);
			const answer = (admission: Admission) => handler({ ...context, admission, actor: admission.actor });
			if (needs !== "bridge") return answer(await admit());
			const { arrivals, cluster } = context;
			const admission = await arrivals.admitting(cluster.name, admit);
			return arrivals.answering(cluster.name, () => answer(admission));
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
		return Object.fromEntries(Object.entries(raw).flatMap(([name, value]) => (value === undefined ? [] : [[name, fromSegment(value)]])));
	} catch {
		throw new ProblemError("invalid", "the path has a % that begins no UTF-8 character: write it as %25");
	}
}

/** Headers of every answer. A WebSocket's answer belongs to the runtime and stays unchanged. */
function finish({ request, url, app, gate, answer }: Visit, response: Response): Response {
	if (response.status === 101) return response;
	const finished = request.method === "HEAD" ? new Response(null, response) : response;
	for (const [name, value] of answer) finished.headers.append(name, value);
	for (const [name, value] of Object.entries(SECURITY_HEADERS)) if (!finished.headers.has(name)) finished.headers.set(name, value);
	const strict = STRICT_TRANSPORT[app.config.strictTransport ?? "host"];
	if (url.protocol === "https:" && strict) finished.headers.set("Strict-Transport-Security", strict);
	if (isApi(url)) for (const [name, value] of Object.entries(corsHeaders(request, app.config))) finished.headers.append(name, value);
	// Answers depend on the caller's rights, so no proxy may cache them.
	if (gate && finished.headers.get("Cache-Control") === "no-cache") finished.headers.set("Cache-Control", "private, no-cache");
	return finished;
}

/** A page repeats its address in each of its links. @throws ProblemError where it is longer than it may be. The answer then repeats nothing of it: its parameters are taken off. */
function requireShortAddress(url: URL): void {
	const { pathname, search } = url;
	const most = pathname.endsWith("/api/view") ? LIMITS.viewAddressChars : LIMITS.addressChars;
	const chars = pathname.length + search.length;
	if (chars <= most) return;
	url.search = "";
	throw new ProblemError(
		"too-long",
		`the address has ${chars} characters, and ${most} are the most: leave parameters away, or ask in several requests`,
	);
}
