import { LIMITS } from "../../colony-bridge/protocol/limits.ts";
import { boundedBody } from "../bounded-body.ts";
import type { Handler } from "../context.ts";
import { ProblemError } from "../problem-error.ts";

/** The bridge's fallback where no socket gets through: the same frames up, the answers down, a frame a line. */
export const pushFrames: Handler = async (context) => {
	const body = await boundedBody(context.request, LIMITS.pushBytes, "send it in several");
	const frames = await context.cluster.port.push(body);
	const last = frames.at(-1);
	if (last?.type === "error" && last.fatal) throw new ProblemError(last.kind, last.detail);
	return new Response(frames.map((frame) => `${JSON.stringify(frame)}\n`).join(""), {
		headers: { "Content-Type": "application/x-ndjson", "Cache-Control": "no-store" },
	});
};
