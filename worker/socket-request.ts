import type { Refusal } from "../durable/port.ts";
import type { Asked } from "./context.ts";
import { ProblemError } from "./problem-error.ts";

/** @throws ProblemError where the request asks for no WebSocket. */
export function requireUpgrade({ request, url }: Pick<Asked, "request" | "url">): void {
	if (request.headers.get("upgrade")?.toLowerCase() === "websocket") return;
	throw new ProblemError("upgrade", `${url.pathname} is a WebSocket: connect to it with ws:// or wss://`, { Upgrade: "websocket" });
}

/** The cluster's answer to an upgrade. @throws ProblemError where this client has as many sockets as it may, or there is no room for the cluster. */
export async function requireRoom(response: Response): Promise<Response> {
	if (response.ok || response.status < 400) return response;
	if (!response.headers.get("Content-Type")?.startsWith("application/json")) throw tooManySockets();
	const { kind, detail, retryAfter } = (await response.json()) as Refusal;
	throw new ProblemError(kind, detail, retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) });
}

export function tooManySockets(): ProblemError {
	return new ProblemError("too-many", "this address has as many sockets open as it may: close some first", { "Retry-After": "60" });
}
