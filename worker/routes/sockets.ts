import * as v from "valibot";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import type { Listening } from "../../durable/port.ts";
import { requireSameOrigin } from "../guard/origins.ts";
import { type Handler, type RequestContext, requireCluster, type UnguardedContext } from "../handler/context.ts";
import { reportedProblem } from "../handler/html-response.ts";
import { listParameter, waitParameter, withQuery } from "../handler/query-parameters.ts";
import { boundedBody } from "../http/body.ts";
import { ProblemError } from "../http/problem.ts";

/** @throws ProblemError where the request asks for no WebSocket. */
function requireUpgrade({ request, url }: Pick<UnguardedContext, "request" | "url">): void {
	if (request.headers.get("upgrade")?.toLowerCase() === "websocket") return;
	throw new ProblemError("upgrade", `${url.pathname} is a WebSocket: connect to it with ws:// or wss://`, { Upgrade: "websocket" });
}

/** @throws ProblemError where the cluster refused the upgrade: the client's socket quota is used up, or no further cluster can be created. */
export async function requireConnected(response: Response): Promise<Response> {
	if (response.ok || response.status < 400) return response;
	if (!response.headers.get("Content-Type")?.startsWith("application/json")) throw tooManySockets();
	const { kind, detail, retryAfter } = (await response.json()) as Refusal;
	throw new ProblemError(kind, detail, retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) });
}

function tooManySockets(): ProblemError {
	return new ProblemError("too-many", "this address has too many open sockets: close some first", { "Retry-After": "60" });
}

/** Commands that a long poll may list as received. */
const MOST_RECEIVED = 200;

export const Waiting = v.object({
	wait: waitParameter,
	/** Viewer count last sent to the bridge. */
	viewers: v.optional(v.pipe(v.string("give it once"), v.regex(/^\d{1,9}$/, "write a whole number"), v.transform(Number))),
	/** Ids of commands the bridge has received. */
	received: v.optional(v.pipe(listParameter, v.maxLength(MOST_RECEIVED, `name at most ${MOST_RECEIVED}`))),
});
export type Waiting = v.InferOutput<typeof Waiting>;

interface PushTaker {
	push(body: string): DownFrame[] | Promise<DownFrame[]>;
	/** Resolves when there is news, or after `waitMs`. */
	listen(listening: Listening, waitMs: number): Promise<DownFrame[]>;
}

/** With `wait` and `hello` alone, answers when there is a new command or the viewer count changes. */
export async function answerPush(request: Request, waiting: Waiting, taker: PushTaker): Promise<Response> {
	const body = await boundedBody(request, LIMITS.pushBytes, "send it in several");
	const frames = waiting.wait > 0 ? await taker.listen(listeningOf(body, waiting), waiting.wait) : await taker.push(body);
	const last = frames.at(-1);
	if (last?.type === "error" && last.fatal) {
		const { kind, detail, retryAfterMs } = last;
		throw new ProblemError(kind, detail, retryAfterMs === undefined ? {} : { "Retry-After": String(Math.ceil(retryAfterMs / 1000)) });
	}
	return new Response(frames.map((frame) => `${JSON.stringify(frame)}\n`).join(""), {
		headers: { "Content-Type": "application/x-ndjson", "Cache-Control": "no-store" },
	});
}

function listeningOf(body: string, { viewers, received }: Waiting): Listening {
	const hello = body.trim();
	if (hello.includes("\n")) {
		throw new ProblemError("invalid", "a long poll carries hello alone: push frames in another request, which is answered at once");
	}
	return { hello, ...(viewers !== undefined && { viewers }), ...(received && { received }) };
}

/** Opens a bridge's socket. A cluster is created by the first bridge that pushes to it. */
export const openBridge: Handler = async (context) => {
	requireUpgrade(context);
	const { app, admission, cluster, request } = context;
	const { lease, ends } = admission;
	if (lease.credential && ends !== undefined) await app.access.registerSocket(lease.credential, cluster.name, ends);
	return requireConnected(await cluster.port.connect(request, "bridge", lease));
};

/** Push by POST, for networks without WebSockets. */
export const pushFrames = withQuery(Waiting, ({ cluster, admission, request }, waiting) =>
	answerPush(request, waiting, {
		push: (body) => cluster.port.push(body),
		listen: async (listening, waitMs) => {
			const frames = await cluster.port.listen(listening, waitMs, admission.lease, request.signal);
			if (!frames) throw tooManySockets();
			return frames;
		},
	}),
);

/** The viewers' socket. It lives as long as the right it was opened by. */
export const openLive: Handler = async (context) => {
	requireUpgrade(context);
	requireSameOrigin(context);
	try {
		return await connectViewer(context);
	} catch (error) {
		// A browser gives its page neither status nor body of an upgrade that is refused: it is told on the socket, which closes then.
		if (!context.request.headers.has("Origin")) throw error;
		return context.app.clusters.refuse(context.request, reportedProblem(error, context));
	}
};

async function connectViewer({ cluster, request, gate, admission }: RequestContext): Promise<Response> {
	// A socket keeps a cluster in memory, so a name anyone can type must not get one.
	if (!cluster.isDefault) requireCluster(cluster, (await cluster.port.view([])).position);
	await gate?.registerSocket(admission, cluster.name);
	const response = await requireConnected(await cluster.port.connect(request, "viewer", admission.lease));
	// Signed out of while it opened: nobody else would close it.
	if (admission.session && (await gate?.hasEnded(admission.session))) await cluster.port.dismiss(`session:${admission.session.id}`);
	return response;
}
