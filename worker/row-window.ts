/** The part of a query that says which rows of a table, in which order: the same for every list, and written as in the address of a page. */
import type * as v from "valibot";
import { PageView, rowsSeen } from "../colony-bridge/protocol/page-view.ts";
import type { RowWindow } from "../colony-bridge/protocol/query.ts";

const { sort, filter, from: offset } = PageView.entries;

/** `sort=-cpu_percent` is descending; `filter` as in the tables of the pages. */
export const ROW_WINDOW = { sort, filter, offset };

type Parameters = v.InferOutput<v.ObjectSchema<typeof ROW_WINDOW, undefined>>;

/** The window as a cluster is asked for it. */
export function rowWindow({ limit, sort, filter, offset }: Parameters & { limit: number }): RowWindow {
	return { limit, ...rowsSeen({ sort, filter, from: offset }) };
}
