/**
 * How a page is looked at: the parameters behind the `?` of its address, so that a link shows what its sender saw.
 */
import * as v from "valibot";
import { Theme } from "./config.ts";
import { InstantText } from "./instant-text.ts";
import { Duration } from "./layout.ts";
import { LIMITS } from "./limits.ts";

const said = v.optional(v.pipe(v.string("give it once"), v.maxLength(200)));

/** What the cluster is asked depends on these. */
export const PageView = v.object({
	/** Time that charts show, instead of what each of them would. */
	range: v.optional(Duration),
	/** Charts end here and stand still; absent: they go on with what comes. */
	end: v.optional(InstantText),
	/** What the cells of a comb show, a name as in a worker's `values`; empty or absent: states. */
	comb: v.optional(v.pipe(v.string("give it once"), v.maxLength(1000))),
	/** Of a stream's page: whose subtasks its table lists, an operator's id; absent: all operators'. */
	operator: v.optional(v.pipe(v.string("give it once"), v.minLength(1), v.maxLength(LIMITS.nameChars))),
	/** Of the Tasks page: one task by its id, and which ended ones are listed. What is empty is left out, as a form sends it. */
	task: said,
	status: v.optional(v.picklist(["", "completed", "failed", "cancelled"], 'write "completed", "failed" or "cancelled"')),
	name: said,
	worker: said,
	text: said,
	order: v.optional(v.picklist(["", "newest", "longest"], 'write "newest" or "longest"')),
	/** The number of the last end of the page before. */
	after: v.optional(v.pipe(v.string("give it once"), v.regex(/^\d{0,15}$/, "write the number of an end"))),
});
export type PageView = v.InferOutput<typeof PageView>;

/** What only the drawing depends on. The texts are kept as they stand in the address: the browser reads them there again. */
export const PageLook = v.object({
	/** Instants as text: in the reader's own zone, unless this says otherwise. */
	tz: v.optional(v.picklist(["utc", "local"], 'write "utc" or "local"')),
	/** Goes before the reader's own choice, and leaves that as it is. */
	theme: v.optional(Theme),
	/** How often what has come is drawn; `off`: not at all, the page stands still. Absent: as it comes. */
	refresh: v.optional(
		v.pipe(v.string("give it once"), v.regex(/^(off|[1-9][0-9]{0,3}[smh])$/, 'write "off" or a duration, such as "30s" or "5m"')),
	),
	/** Nothing but the page, for a screen on a wall. */
	kiosk: v.optional(v.literal("1", 'write "1", or leave it out')),
	/** On such a screen: goes on to the next page of `pages` (absent: all) after so long. */
	rotate: v.optional(Duration),
	/** Names with commas between. */
	pages: v.optional(
		v.pipe(v.string("give it once"), v.regex(/^[a-z0-9-]{1,63}(,[a-z0-9-]{1,63}){0,49}$/, "write names of pages with commas between")),
	),
});
export type PageLook = v.InferOutput<typeof PageLook>;
