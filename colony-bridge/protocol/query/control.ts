/** Commands to a colony: how one lives, and what asks for one. */
import * as v from "valibot";
import { Command } from "../wire/down.ts";
import { Name } from "../wire/names.ts";

/**
 * `accepted`: written down, and not given to the colony yet. `delivered`: handed to the link of one run of the bridge; from here on it may be
 * carried out. The rest are ends. Only `done`, `failed` and `absent` say for sure what became of it; a result that arrives after `timed-out`
 * or `unknown` is still taken, and the command ends anew as `done` or `failed`.
 */
export const CommandState = v.picklist(["accepted", "delivered", "done", "failed", "timed-out", "absent", "unknown"]);
export type CommandState = v.InferOutput<typeof CommandState>;

/** `POST /api/cluster/scale`. */
export const ScaleRequest = v.strictObject(
	{
		workers: Command.options[1].entries.workers,
		/** Which bridge's colony, where several can scale. */
		bridge: v.optional(Name),
	},
	'write {"workers": 15}',
);
export type ScaleRequest = v.InferOutput<typeof ScaleRequest>;

/** `Idempotency-Key`: the same key and the same request within a day are the same command. */
export const IdempotencyKey = v.pipe(
	v.string(),
	v.regex(/^[\x21-\x7e]{1,100}$/, "an Idempotency-Key has 1 to 100 printable characters without spaces; a UUID will do"),
);
