/** A table's state in the URL: order, filter, columns. */
import { createMemo } from "solid-js";
import { usePage } from "../page/context.tsx";
import { type Column, columnId } from "./column.ts";

export interface Order {
	/** A column's. */
	id: string;
	descending: boolean;
}

/** undefined: leave it out of the address. */
type Changed = Partial<Record<"sort" | "filter" | "columns", string | undefined>>;

/** @param name what tells the tables of a page apart; "": the page's own. */
export function createTableState(name: string) {
	const page = usePage();
	const parameter = (aspect: string) => (name ? `${aspect}.${name}` : aspect);
	const parameters = createMemo(() => new URLSearchParams(page.url.search()));
	const sort = () => parameters().get(parameter("sort")) || undefined;
	// Another order or another filter begins at the top.
	const changes = (changed: Changed): Record<string, string | undefined> => ({
		...("columns" in changed ? {} : { [parameter("from")]: undefined }),
		...Object.fromEntries(Object.entries(changed).map(([aspect, text]) => [parameter(aspect), text || undefined])),
	});
	return {
		parameter,
		order: (): Order | undefined => {
			const text = sort();
			return text === undefined ? undefined : { id: text.replace(/^-/, ""), descending: text.startsWith("-") };
		},
		/** As the address has it. */
		sort,
		filter: (): string => parameters().get(parameter("filter")) ?? "",
		/** Undefined: those that are shown where nobody chooses. A form without script gives each by itself. */
		columns: (): string[] | undefined => {
			const ids = parameters()
				.getAll(parameter("columns"))
				// A comma among a metric's labels parts no names.
				.flatMap((text) => text.match(/(?:[^,{]|\{[^}]*\})+/g) ?? []);
			return ids.length > 0 ? ids : undefined;
		},
		/** The order after a click on a head: first the column's usual direction, then the opposite, then the default. */
		next<Row>(column: Column<Row>): string | undefined {
			const id = columnId(column);
			const [first, second] = column.number ? [`-${id}`, id] : [id, `-${id}`];
			return sort() === first ? second : sort() === second ? undefined : first;
		},
		address: (changed: Changed): string => page.url.address(changes(changed)),
		/** The address from a row on, for pages without script. */
		addressFrom: (from: number): string => page.url.address({ [parameter("from")]: from > 0 ? String(from) : undefined }),
		change: (changed: Changed, options?: { replace: boolean }): void => page.url.change(changes(changed), options),
	};
}
export type TableState = ReturnType<typeof createTableState>;
