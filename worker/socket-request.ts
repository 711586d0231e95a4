import type { Asked } from "./context.ts";
import { ProblemError } from "./problem-error.ts";

/** @throws ProblemError where the request asks for no WebSocket. */
export function requireUpgrade({ request, url }: Pick<Asked, "request" | "url">): void {
	if (request.headers.get("upgrade")?.toLowerCase() === "websocket") return;
	throw new ProblemError("upgrade", `${url.pathname} is a WebSocket: connect to it with ws:// or wss://`, { Upgrade: "websocket" });
}

const TOO_MANY_CLUSTERS = "this dashboard has as many clusters as it may: delete some first, or push to one there is";

/** The cluster's answer to an upgrade. @throws ProblemError where this client has as many sockets as it may, or the dashboard as many clusters. */
export function requireRoom(response: Response): Response {
	if (response.status === 409) throw new ProblemError("limit", TOO_MANY_CLUSTERS);
	if (response.status !== 429) return response;
	throw tooManySockets();
}

export function tooManySockets(): ProblemError {
	return new ProblemError("too-many", "this address has as many sockets open as it may: close some first", { "Retry-After": "60" });
}
