/** A table's state in the URL: order, filter, columns. */
import { createMemo } from "solid-js";
import { usePage } from "../page/context.tsx";
import { type Column, columnId } from "./column.ts";

export interface Order {
	/** Id of the column. */
	id: string;
	descending: boolean;
}

/** undefined removes the parameter. */
type Changed = Partial<Record<"sort" | "filter" | "columns", string | undefined>>;

/** @param name suffix of the URL parameters; "": none, for the main table */
export function createTableState(name: string) {
	const page = usePage();
	const parameter = (aspect: string) => (name ? `${aspect}.${name}` : aspect);
	const parameters = createMemo(() => new URLSearchParams(page.url.search()));
	const sort = () => parameters().get(parameter("sort")) || undefined;
	// A new order or filter starts at the first row.
	const changes = (changed: Changed): Record<string, string | undefined> => ({
		...("columns" in changed ? {} : { [parameter("offset")]: undefined }),
		...Object.fromEntries(Object.entries(changed).map(([aspect, text]) => [parameter(aspect), text || undefined])),
	});
	return {
		parameter,
		order: (): Order | undefined => {
			const text = sort();
			return text === undefined ? undefined : { id: text.replace(/^-/, ""), descending: text.startsWith("-") };
		},
		/** Value in the URL. */
		sort,
		filter: (): string => parameters().get(parameter("filter")) ?? "",
		/** Undefined: the default columns. A form without script repeats the parameter. */
		columns: (): string[] | undefined => {
			const ids = parameters()
				.getAll(parameter("columns"))
				// Commas inside a metric's labels do not separate.
				.flatMap((text) => text.match(/(?:[^,{]|\{[^}]*\})+/g) ?? []);
			return ids.length > 0 ? ids : undefined;
		},
		/** The order after a click on a head: the column's first direction, the opposite, the default order. */
		next<Row>(column: Column<Row>): string | undefined {
			const id = columnId(column);
			const [first, second] = column.number ? [`-${id}`, id] : [id, `-${id}`];
			return sort() === first ? second : sort() === second ? undefined : first;
		},
		address: (changed: Changed): string => page.url.address(changes(changed)),
		/** The address from a row on, for pages without script. */
		addressFrom: (offset: number): string => page.url.address({ [parameter("offset")]: offset > 0 ? String(offset) : undefined }),
		change: (changed: Changed, options?: { replace: boolean }): void => page.url.change(changes(changed), options),
	};
}
export type TableState = ReturnType<typeof createTableState>;
