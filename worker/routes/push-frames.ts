import * as v from "valibot";
import { LIMITS } from "../../colony-bridge/protocol/limits.ts";
import { boundedBody } from "../bounded-body.ts";
import type { RequestContext } from "../context.ts";
import { ProblemError } from "../problem-error.ts";
import { listParameter, waitParameter, withQuery } from "../query-parameters.ts";
import { tooManySockets } from "../socket-request.ts";

/** Commands a waiting bridge may say it has. */
const MOST_KNOWN = 200;

const Waiting = v.object({
	wait: waitParameter,
	/** Viewers the bridge knows of. */
	viewers: v.optional(v.pipe(v.string("give it once"), v.regex(/^\d{1,9}$/, "write a whole number"), v.transform(Number))),
	/** Commands it has. */
	known: v.optional(v.pipe(listParameter, v.maxLength(MOST_KNOWN, `name at most ${MOST_KNOWN}`))),
});
type Waiting = v.InferOutput<typeof Waiting>;

/**
 * The bridge's fallback where no socket gets through: the same frames up, the answers down, a frame a line. With `wait` and `hello` alone it is
 * answered once there is a command the bridge does not have, or viewers come or go.
 */
export const pushFrames = withQuery(Waiting, async (context, waiting) => {
	const body = await boundedBody(context.request, LIMITS.pushBytes, "send it in several");
	const frames = waiting.wait > 0 ? await listen(context, body, waiting) : await context.cluster.port.push(body);
	const last = frames.at(-1);
	if (last?.type === "error" && last.fatal) throw new ProblemError(last.kind, last.detail);
	return new Response(frames.map((frame) => `${JSON.stringify(frame)}\n`).join(""), {
		headers: { "Content-Type": "application/x-ndjson", "Cache-Control": "no-store" },
	});
});

async function listen({ cluster, admission, request }: RequestContext, body: string, { wait, viewers, known }: Waiting) {
	const hello = body.trim();
	if (hello.includes("\n")) {
		throw new ProblemError("invalid", "a request that waits carries hello alone: push frames in another, which is answered at once");
	}
	const listening = { hello, ...(viewers !== undefined && { viewers }), ...(known && { known }) };
	const frames = await cluster.port.listen(listening, wait, admission.pass, request.signal);
	if (!frames) throw tooManySockets();
	return frames;
}
