import * as v from "valibot";
import type { PageContext } from "#pages";
import type { Actor } from "../../colony-bridge/protocol/http/access.ts";
import { Theme, type ThemeOrSystem } from "../../colony-bridge/protocol/http/config.ts";
import { pagePolicy } from "../http/security-headers.ts";
import type { RequestContext } from "./context.ts";

/** The viewer's own choice, from the cookie `theme`, else what the dashboard was configured with. */
function themeOf(request: Request, configured: ThemeOrSystem): ThemeOrSystem {
	const chosen = /(?:^|;\s*)theme=([^;]*)/.exec(request.headers.get("cookie") ?? "")?.[1]?.trim();
	return v.is(Theme, chosen) ? chosen : configured;
}

type Where = Pick<RequestContext, "app" | "request" | "nonce"> & {
	cluster: Pick<RequestContext["cluster"], "name" | "base">;
	/** Absent: nobody is known to look. */
	actor?: Actor;
};

export function pageContext({ app, request, nonce, cluster, actor }: Where): PageContext {
	const { title, theme, refreshIntervalMs, customCss, logoUrl } = app.config;
	const readonly = app.config.readonly || actor?.role !== "operator";
	return {
		cluster: cluster.name,
		base: cluster.base,
		config: { title, theme, refreshIntervalMs, readonly, ...(customCss && { customCss }), ...(logoUrl && { logoUrl }) },
		theme: themeOf(request, theme),
		nonce,
		connect: { origin: new URL(request.url).origin, ...(!app.bridgeToken && !app.config.authEnabled && { lacksToken: true }) },
		...(app.lacksSignIn && { lacksSignIn: true }),
		...(actor && actor.via !== "open" && actor.via !== "nobody" && { user: { name: actor.name, role: actor.role, via: actor.via } }),
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
