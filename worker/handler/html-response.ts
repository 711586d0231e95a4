import * as v from "valibot";
import { type PageContext, renderProblem } from "#pages";
import type { Actor } from "../../colony-bridge/protocol/http/access.ts";
import { Theme, type ThemeOrSystem } from "../../colony-bridge/protocol/http/config.ts";
import type { Problem } from "../../colony-bridge/protocol/wire/problem.ts";
import { signInAddress } from "../access/session.ts";
import { jsonProblem, ProblemError, problemOf, UnknownCluster } from "../http/problem.ts";
import { pagePolicy } from "../http/security-headers.ts";
import type { RequestContext, UnguardedContext } from "./context.ts";

/** The viewer's own choice, from the cookie `theme`, else what the dashboard was configured with. */
function themeOf(request: Request, configured: ThemeOrSystem): ThemeOrSystem {
	const chosen = /(?:^|;\s*)theme=([^;]*)/.exec(request.headers.get("cookie") ?? "")?.[1]?.trim();
	return v.is(Theme, chosen) ? chosen : configured;
}

type Where = Pick<RequestContext, "app" | "request" | "nonce"> & {
	cluster: Pick<RequestContext["cluster"], "name" | "base">;
	/** Absent: nobody is known to look. */
	actor?: Actor;
	arrivals?: RequestContext["arrivals"];
};

export function pageContext({ app, request, nonce, cluster, actor, arrivals }: Where): PageContext {
	const { title, theme, refreshIntervalMs, customCss, logoUrl } = app.config;
	const readonly = app.config.readonly || actor?.role !== "operator";
	return {
		cluster: cluster.name,
		base: cluster.base,
		root: app.root ?? "",
		config: { title, theme, refreshIntervalMs, readonly, ...(customCss && { customCss }), ...(logoUrl && { logoUrl }) },
		theme: themeOf(request, theme),
		nonce,
		connect: {
			origin: new URL(request.url).origin,
			...(!app.bridgeToken && !app.config.authEnabled && { lacksToken: true }),
			// Those who may not look get a page that shows none of it.
			...(arrivals && actor && { seen: arrivals.told(cluster.name) }),
		},
		...(app.lacksSignIn && { lacksSignIn: true }),
		...(actor && actor.via !== "open" && actor.via !== "none" && { user: { name: actor.name, role: actor.role, via: actor.via } }),
	};
}

/** Not stored unless `headers` say otherwise: an error, or a form that somebody has filled in, is of its moment. */
export function htmlResponse(html: string, context: PageContext, status = 200, headers: Record<string, string> = {}): Response {
	return new Response(html, {
		status,
		headers: {
			"Content-Type": "text/html; charset=utf-8",
			"Cache-Control": "no-store",
			"Content-Security-Policy": pagePolicy(context.config, context.nonce),
			...headers,
		},
	});
}

/** The one funnel for everything that goes wrong: a problem becomes itself, anything else is logged and hidden from the caller. */
interface Failed extends Pick<UnguardedContext, "app" | "request" | "url" | "nonce" | "gate"> {
	/** Set if a cluster was resolved. */
	cluster?: { name: string; base: string };
}

/** The address of an incident is its secret. */
const withoutSecret = (path: string): string => path.replace(/^\/incidents\/.*/, "/incidents/…");

/** A fault of the dashboard is logged, and answered without details. */
export function reportedProblem(error: unknown, { request, url }: Pick<Failed, "request" | "url">): Problem {
	// A caller that went away in the middle of its body is no fault of ours.
	if (!isReported(error) && !request.signal?.aborted) console.error(`${request.method} ${withoutSecret(url.pathname)} failed:`, error);
	const problem = asProblem(error);
	return problem ? problemOf(problem.kind, problem.message) : problemOf("internal", "the dashboard failed to answer; its log says why");
}

export function problemResponse(error: unknown, failed: Failed): Response {
	const problem = reportedProblem(error, failed);
	const headers = asProblem(error)?.headers ?? {};
	if (!wantsHtml(failed.request, failed.url)) return jsonProblem(problem, headers);
	if (problem.kind === "unauthorized" && failed.gate?.hasSignIn && failed.request.method !== "POST") {
		return new Response(null, {
			status: 303,
			headers: { Location: signInAddress(failed.url, failed.app.root ?? ""), "Cache-Control": "no-store" },
		});
	}
	try {
		const cluster = error instanceof UnknownCluster ? undefined : failed.cluster;
		const context = pageContext({ ...failed, cluster: cluster ?? { name: failed.app.defaultCluster, base: failed.app.root ?? "" } });
		return htmlResponse(renderProblem(problem, context), context, problem.status, headers);
	} catch (fault) {
		console.error("the page for a problem cannot be rendered:", fault);
		return jsonProblem(problem, headers);
	}
}

const isStorageFault = (error: unknown): error is Error => error instanceof Error && error.name === "StorageFault";

/** An object of another version, for some minutes after a deploy. */
const isSurfaceMismatch = (error: unknown): error is Error => error instanceof Error && error.name === "SurfaceMismatch";

/** A refusal concerns the caller only; a storage fault has logged itself. */
const isReported = (error: unknown): boolean => error instanceof ProblemError || isStorageFault(error) || isSurfaceMismatch(error);

/** Cloudflare's retryable errors of an object become 503 answers. */
function asProblem(error: unknown): ProblemError | undefined {
	if (error instanceof ProblemError) return error;
	if (isStorageFault(error)) return new ProblemError("unavailable", error.message, { "Retry-After": "10" });
	if (isSurfaceMismatch(error)) return new ProblemError("unavailable", error.message, { "Retry-After": "5" });
	const { overloaded, retryable, durableObjectReset } = (error ?? {}) as Partial<Record<string, boolean>>;
	if (overloaded) return new ProblemError("unavailable", "the cluster is overloaded: try again later", { "Retry-After": "10" });
	if (retryable || durableObjectReset) {
		return new ProblemError("unavailable", "the cluster is restarting, as with every release: try again in a moment", {
			"Retry-After": "1",
		});
	}
	return undefined;
}

/** Programs that read the API get data whatever they accept; a browser on a page gets a page. */
function wantsHtml(request: Request, url: URL): boolean {
	return !isApi(url) && (request.headers.get("accept") ?? "").includes("text/html");
}

export function isApi({ pathname }: URL): boolean {
	return /^(\/clusters\/[^/]*)?\/(api|prometheus)(\/|$)/.test(pathname);
}
