import * as v from "valibot";
import { LIMITS } from "./limits.ts";
import { Count, Instant, Name } from "./names.ts";

/** Invalid entries that a bridge dropped in one field: their number, and the first reason. */
export const LeftOut = v.object({
	/** A part and a field of it (`workers.startedAt`, `logs.level`), or where it was read. */
	field: Name,
	/** Of what is true now: in the newest snapshot. Of what happened: since the bridge's run began. */
	count: Count,
	/** Why the first of them was left out, in words. */
	reason: v.pipe(v.string(), v.maxLength(LIMITS.reasonChars)),
	/** Of what happened: when the newest was left out, ms. Absent: it is left out of what is true now. */
	at: v.optional(Instant),
});
export type LeftOut = v.InferOutput<typeof LeftOut>;

/** All that a bridge leaves out, a field once. */
export const LeftOutList = v.pipe(v.array(LeftOut), v.maxLength(LIMITS.leftOutFields));
