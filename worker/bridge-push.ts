/** A bridge's POST: the same frames up as on its socket, the answers down, a frame a line. */
import * as v from "valibot";
import type { DownFrame } from "../colony-bridge/protocol/down.ts";
import { LIMITS } from "../colony-bridge/protocol/limits.ts";
import type { Listening } from "../durable/port.ts";
import { boundedBody } from "./bounded-body.ts";
import { ProblemError } from "./problem-error.ts";
import { listParameter, waitParameter } from "./query-parameters.ts";

/** Commands a waiting bridge may say it has. */
const MOST_KNOWN = 200;

export const Waiting = v.object({
	wait: waitParameter,
	/** Viewers the bridge knows of. */
	viewers: v.optional(v.pipe(v.string("give it once"), v.regex(/^\d{1,9}$/, "write a whole number"), v.transform(Number))),
	/** Commands it has. */
	known: v.optional(v.pipe(listParameter, v.maxLength(MOST_KNOWN, `name at most ${MOST_KNOWN}`))),
});
export type Waiting = v.InferOutput<typeof Waiting>;

export interface PushTaker {
	push(body: string): DownFrame[] | Promise<DownFrame[]>;
	/** Resolves once there is something to say, or after `waitMs`. */
	listen(listening: Listening, waitMs: number): Promise<DownFrame[]>;
}

/** With `wait` and `hello` alone it is answered once there is a command the bridge does not have, or viewers come or go. */
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

function listeningOf(body: string, { viewers, known }: Waiting): Listening {
	const hello = body.trim();
	if (hello.includes("\n")) {
		throw new ProblemError("invalid", "a request that waits carries hello alone: push frames in another, which is answered at once");
	}
	return { hello, ...(viewers !== undefined && { viewers }), ...(known && { known }) };
}
