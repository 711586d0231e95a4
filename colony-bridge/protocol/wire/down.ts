/** Frames a cluster sends to a bridge, one JSON object a line. */
import * as v from "valibot";
import { Count, Instant, Name } from "./names.ts";
import { ProblemKind } from "./problem.ts";

export const Command = v.variant("action", [
	v.object({ action: v.literal("restart"), worker: Name }),
	v.object({ action: v.literal("scale"), workers: v.pipe(Count, v.maxValue(100_000)) }),
]);
export type Command = v.InferOutput<typeof Command>;

export const DownFrame = v.variant("type", [
	/**
	 * Answer to `hello`. `epoch` is the resumed run, or the new one (see `up.ts`). Of the run that `hello` named, `lastSeq` is
	 * durable: resume after it.
	 */
	v.object({
		type: v.literal("welcome"),
		/** The version of this link: the newest that both ends speak. */
		protocol: Count,
		epoch: Count,
		lastSeq: Count,
		/** Set if `hello` had `sent`: that instant, and the cluster's clock when `hello` was received and answered, ms. */
		clock: v.optional(v.object({ sent: Instant, received: Instant, answered: Instant })),
	}),
	/** Everything up to `seq` is durable. */
	v.object({ type: v.literal("ack"), seq: Count }),
	/** Frame `seq` (absent: it could not be read that far) was refused and changed nothing. `fatal`: the link is closed. */
	v.object({
		type: v.literal("error"),
		kind: ProblemKind,
		detail: v.string(),
		seq: v.optional(Count),
		fatal: v.boolean(),
		/** When it is worth another try, ms from now; `Retry-After` over HTTP. */
		retryAfterMs: v.optional(Count),
	}),
	v.object({ type: v.literal("command"), id: Name, command: Command }),
	/** Viewer count of the cluster. At 0 a bridge may push less often, after declaring the interval in `hello`. */
	v.object({ type: v.literal("viewers"), count: Count }),
]);
export type DownFrame = v.InferOutput<typeof DownFrame>;

/** Close codes beyond RFC 6455's own. */
export const CLOSE = {
	/** The server restarts or has lost its memory: come back and resume. */
	restart: 1012,
	/** The request of a page is refused for now: an error frame said why. */
	refused: 1013,
	/** RFC 6455: what was sent breaks the contract; an error frame said how. */
	policy: 1008,
	/** The session or token it was opened with is over: sign in again. */
	ended: 4401,
	/** A viewer that does not keep up. */
	slow: 4008,
	/** Another run of the same bridge has taken over: do not come back. */
	superseded: 4009,
} as const;
