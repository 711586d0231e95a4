/** The path under which a dashboard is served, beside others on the same host. */
import type { IncomingMessage } from "node:http";
import { jsonProblem, problemOf } from "../../http/problem.ts";
import { SECURITY_HEADERS } from "../../http/security-headers.ts";

/** Takes the path off a request, whose own paths are then those of a dashboard by itself. @returns false where the request is for something else. */
export function enterBasePath(message: IncomingMessage, basePath: string): boolean {
	const { url = "/" } = message;
	const rest = url.startsWith(basePath) ? url.slice(basePath.length) : undefined;
	if (rest === undefined || !/^([/?]|$)/.test(rest)) return false;
	message.url = rest.startsWith("/") ? rest : `/${rest}`;
	return true;
}

export function outside(basePath: string): Response {
	return jsonProblem(problemOf("not-found", `this dashboard is at ${basePath}/: write it before the path`), SECURITY_HEADERS);
}
