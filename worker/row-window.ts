/** The part of a query that says which rows of a table, in which order: the same for every list. */
import * as v from "valibot";
import type { RowWindow } from "../colony-bridge/protocol/query.ts";

const once = v.string("give it once");

/** `sort=-cpu_percent` is descending; `filter` as in the tables of the pages. */
export const ROW_WINDOW = {
	offset: v.optional(v.pipe(once, v.regex(/^[0-9]{1,9}$/, "write how many rows come before: a whole number"), v.transform(Number))),
	sort: v.optional(v.pipe(once, v.regex(/^-?./, "name a field or a metric: sort=cpu_percent, or sort=-cpu_percent"), v.maxLength(1000))),
	filter: v.optional(v.pipe(once, v.maxLength(500))),
};

interface RowWindowParameters {
	limit: number;
	offset?: number | undefined;
	sort?: string | undefined;
	filter?: string | undefined;
}

/** The window as a cluster is asked for it. */
export function rowWindow({ limit, offset, sort, filter }: RowWindowParameters): RowWindow {
	const descending = sort?.startsWith("-");
	return {
		limit,
		...(offset && { offset }),
		...(sort !== undefined && { sort: descending ? sort.slice(1) : sort }),
		...(descending && { descending }),
		...(filter && { filter }),
	};
}
