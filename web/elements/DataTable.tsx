import { createSignal, For, type JSX, onCleanup, onMount, Show } from "solid-js";
import { count } from "../format/number.ts";
import { ScrollBox } from "./ScrollBox.tsx";

export type ColumnSize = 8 | 9 | 10 | 11 | 12 | 13 | 14 | 16 | 18 | 20 | 28 | 36 | 40;

export interface Column<Row> {
	head: string;
	/** Read inside: the cell follows what it reads. */
	cell: (row: Row) => JSX.Element;
	/** Numbers stand right. */
	number?: boolean;
	/** The cell that names the row. */
	names?: boolean;
	/** Width in half rems, one the style sheet has. Space that is left is shared: what stands in a cell never moves its neighbours. */
	size: ColumnSize;
}

interface DataTableProps<Row> {
	/** Said to those who do not see the panel's title. */
	caption: string;
	columns: readonly Column<Row>[];
	rows: readonly Row[];
	/** What no row means. */
	empty: JSX.Element;
}

/** Rows in the first HTML, enough to fill a screen; the page must stay small. */
const FIRST_ROWS = 40;
/** Rows drawn in one frame, so that no frame is late. */
const MORE_ROWS = 60;

/** How many rows are drawn: the first ones, then frame by frame all. */
function createGrowth(wanted: () => number): () => number {
	const [drawn, setDrawn] = createSignal(FIRST_ROWS);
	onMount(() => {
		let frame = 0;
		const grow = () => {
			setDrawn((rows) => rows + MORE_ROWS);
			// Room for what may come: rows that arrive later are drawn as they come.
			frame = drawn() < wanted() ? requestAnimationFrame(grow) : 0;
			if (!frame) setDrawn(Number.POSITIVE_INFINITY);
		};
		frame = requestAnimationFrame(grow);
		onCleanup(() => cancelAnimationFrame(frame));
	});
	return drawn;
}

/** Rows and columns in a box that scrolls by itself. Where it is narrow each row becomes a card. */
export function DataTable<Row extends object>(props: DataTableProps<Row>): JSX.Element {
	const drawn = createGrowth(() => props.rows.length);
	const rows = () => (props.rows.length > drawn() ? props.rows.slice(0, drawn()) : props.rows);
	return (
		<Show when={props.rows.length > 0} fallback={<p class="empty">{props.empty}</p>}>
			<ScrollBox class="table-box" label={props.caption}>
				<table>
					<caption class="hidden">{props.caption}</caption>
					<colgroup>
						<For each={props.columns}>{(column) => <col class={`col-${column.size}`} />}</For>
					</colgroup>
					<thead>
						<tr>
							<For each={props.columns}>
								{(column) => (
									<th scope="col" class={column.number ? "number" : undefined}>
										{column.head}
									</th>
								)}
							</For>
						</tr>
					</thead>
					<tbody>
						<For each={rows()}>
							{(row) => (
								<tr>
									<For each={props.columns}>
										{(column) =>
											column.names ? (
												<th scope="row" data-head={column.head}>
													{column.cell(row)}
												</th>
											) : (
												<td data-head={column.head} class={column.number ? "number" : undefined}>
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
				<Show when={props.rows.length > drawn()}>
					<p class="empty scriptless">
						{count(drawn())} of {count(props.rows.length)} rows: the others need JavaScript.
					</p>
				</Show>
			</ScrollBox>
		</Show>
	);
}
