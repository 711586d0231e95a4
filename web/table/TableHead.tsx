import { For, type JSX, Show } from "solid-js";
import { type Column, columnId } from "./column.ts";
import type { TableLook } from "./look.ts";

/** The heads; what can be sorted by is a link, which works without script too. */
export function TableHead<Row>(props: { columns: readonly Column<Row>[]; look: TableLook; ref: (head: HTMLElement) => void }): JSX.Element {
	const sorted = (column: Column<Row>) => {
		const order = props.look.order();
		return order?.id === columnId(column) ? (order.descending ? "descending" : "ascending") : undefined;
	};
	const sort = (event: MouseEvent, column: Column<Row>) => {
		if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
		event.preventDefault();
		props.look.change({ sort: props.look.next(column) });
	};
	return (
		<thead ref={(element) => props.ref(element)}>
			<tr>
				<For each={props.columns}>
					{(column) => (
						<th scope="col" class={column.number ? "number" : undefined} aria-sort={sorted(column)}>
							<Show when={column.value} fallback={column.head}>
								<a
									class="sort"
									href={props.look.address({ sort: props.look.next(column) })}
									title={`Sort by ${column.head}`}
									on:click={(event) => sort(event, column)}
								>
									{column.head}
								</a>
							</Show>
						</th>
					)}
				</For>
			</tr>
		</thead>
	);
}
