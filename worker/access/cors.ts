/** Other origins' pages: none may read an answer, but for those the operator names, and those with a token only, never with a cookie. */
import type { DashboardConfig } from "../../colony-bridge/protocol/config.ts";

const EXPOSED = "Content-Disposition, ETag, Total-Count, Unknown-Metrics, Retry-After, Location";

/** @returns headers for an answer to the API. */
export function corsHeaders(request: Request, { corsOrigins }: Pick<DashboardConfig, "corsOrigins">): Record<string, string> {
	if (!corsOrigins || corsOrigins.length === 0) return {};
	const origin = request.headers.get("origin");
	if (origin === null || !corsOrigins.includes(origin)) return { Vary: "Origin" };
	const headers = { "Access-Control-Allow-Origin": origin, Vary: "Origin" };
	if (request.method !== "OPTIONS") return { ...headers, "Access-Control-Expose-Headers": EXPOSED };
	return {
		...headers,
		"Access-Control-Allow-Methods": "GET, HEAD, POST, DELETE",
		"Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
		"Access-Control-Max-Age": "600",
	};
}
