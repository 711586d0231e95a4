import { For, type JSX, Show } from "solid-js";

export interface Column<Row> {
	head: string;
	/** Read inside: the cell follows what it reads. */
	cell: (row: Row) => JSX.Element;
	/** Numbers stand right. */
	number?: boolean;
	/** The cell that names the row. */
	names?: boolean;
	/** Takes what room is left. */
	wide?: boolean;
}

interface DataTableProps<Row> {
	/** Said to those who do not see the panel's title. */
	caption: string;
	columns: readonly Column<Row>[];
	rows: readonly Row[];
	/** What no row means. */
	empty: JSX.Element;
}

/** Rows and columns in a box that scrolls by itself. Where it is narrow each row becomes a card; the roles keep it a table. */
export function DataTable<Row extends object>(props: DataTableProps<Row>): JSX.Element {
	return (
		<Show when={props.rows.length > 0} fallback={<p class="empty">{props.empty}</p>}>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
			<div class="table-box" tabindex="0" role="group" aria-label={props.caption}>
				<table role="table">
					<caption class="hidden">{props.caption}</caption>
					<thead role="rowgroup">
						<tr role="row">
							<For each={props.columns}>
								{(column) => (
									<th role="columnheader" scope="col" classList={{ number: column.number ?? false, wide: column.wide ?? false }}>
										{column.head}
									</th>
								)}
							</For>
						</tr>
					</thead>
					<tbody role="rowgroup">
						<For each={props.rows}>
							{(row) => (
								<tr role="row">
									<For each={props.columns}>
										{(column) =>
											column.names ? (
												<th role="rowheader" scope="row" data-head={column.head}>
													{column.cell(row)}
												</th>
											) : (
												<td role="cell" data-head={column.head} class={column.number ? "number" : undefined}>
													{column.cell(row)}
												</td>
											)
										}
									</For>
								</tr>
							)}
						</For>
					</tbody>
				</table>
			</div>
		</Show>
	);
}
