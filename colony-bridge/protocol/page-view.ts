/**
 * How a page is looked at: the parameters behind the `?` of its address, so that a link shows what its sender saw. What the cluster is
 * asked depends on these; what only the drawing depends on (theme, time zone) stands beside them in the address and never gets here.
 */
import * as v from "valibot";
import { InstantText } from "./instant-text.ts";
import { Duration } from "./layout.ts";

export const PageView = v.object({
	/** Time that charts show, instead of what each of them would. */
	range: v.optional(Duration),
	/** Charts end here and stand still; absent: they go on with what comes. */
	end: v.optional(InstantText),
	/** What the cells of a comb show, a name as in a worker's `values`; empty or absent: states. */
	comb: v.optional(v.pipe(v.string("give it once"), v.maxLength(1000))),
});
export type PageView = v.InferOutput<typeof PageView>;
