import type { PageContext } from "#pages";
import type { RequestContext } from "./context.ts";
import { pagePolicy } from "./security-headers.ts";
import { themeOf } from "./theme.ts";

type Where = Pick<RequestContext, "app" | "request" | "nonce"> & { cluster: Pick<RequestContext["cluster"], "name" | "base"> };

export function pageContext({ app, request, nonce, cluster }: Where): PageContext {
	const { authUsers: _, ...config } = app.config;
	return { cluster: cluster.name, base: cluster.base, config, theme: themeOf(request, config.theme), nonce };
}

/** Never stored: the page holds live data and a nonce that is good once. */
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
