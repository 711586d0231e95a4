import { createEffect, createMemo, For, type JSX, on, Show, untrack } from "solid-js";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import { ScrollBox } from "../components/ScrollBox.tsx";
import { inFull } from "../format/number.ts";
import { type SharedEnds, sharedEnds } from "../format/shared-ends.ts";
import { Part } from "../page/parts.ts";
import { type Column, columnId, columnSize, hiddenBelow, kindOf } from "./column.ts";
import type { TableState } from "./table-state.ts";
import { FIRST_ROWS, type Viewport, watchUse } from "./viewport.ts";

/** Column heads. A sortable one is a link, which works without script. */
function TableHead<Row>(props: {
	columns: readonly Column<Row>[];
	state: TableState;
	classOf: (column: Column<Row>) => string;
	ref: (head: HTMLElement) => void;
}): JSX.Element {
	const sorted = (column: Column<Row>) => {
		const order = props.state.order();
		return order?.id === columnId(column) ? (order.descending ? "descending" : "ascending") : undefined;
	};
	const sort = (event: MouseEvent, column: Column<Row>) => {
		if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
		event.preventDefault();
		props.state.change({ sort: props.state.next(column) });
	};
	return (
		<thead ref={(element) => props.ref(element)}>
			<tr>
				<For each={props.columns}>
					{(column) => (
						<th scope="col" class={props.classOf(column)} aria-sort={sorted(column)}>
							<Show when={column.value} fallback={column.head}>
								<a
									class="sort"
									href={props.state.address({ sort: props.state.next(column) })}
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

interface TableBoxProps<Row> {
	caption: string;
	columns: readonly Column<Row>[];
	/** Received rows, from `offset` of all on. */
	rows: readonly Row[];
	offset: number;
	/** Ids of rows that were removed but stay while the table is in use. */
	removed: ReadonlySet<string>;
	total: number;
	busy: boolean;
	state: TableState;
	viewport: Viewport;
	/** The box scrolls to the top when this changes. */
	order: string;
	onUse: (inUse: boolean) => void;
	marked: string | undefined;
	onMark: ((id: string | undefined) => void) | undefined;
}

/** Renders the rows in the viewport, and gaps in place of the others. */
export function TableBox<Row extends { id: string }>(props: TableBoxProps<Row>): JSX.Element {
	const drawn = createMemo(() => {
		const { first, end } = props.viewport.drawn();
		const from = props.offset;
		return { first: Math.max(first, from), rows: props.rows.slice(Math.max(0, first - from), Math.max(0, end - from)) };
	});
	let head!: HTMLElement;
	let body!: HTMLElement;
	const attach = (box: HTMLElement) => {
		const schedule = props.viewport.follow(box, () => ({
			head,
			rows: [...body.querySelectorAll<HTMLElement>(":scope > .row")],
			first: untrack(drawn).first,
		}));
		watchUse(box, props.onUse);
		createEffect(
			on(
				() => props.order,
				() => {
					props.viewport.forget();
					box.scrollTop = 0;
				},
				{ defer: true },
			),
		);
		createEffect(on(() => props.total, schedule, { defer: true }));
	};
	const columns = () => props.columns;
	// Widths follow the first rows; later ones do not change them, but for a number that would be cut.
	const had = new Map<Column<Row>, number>();
	const sizes = createMemo(() =>
		columns().map((column) => {
			const rows = column.number ? props.rows : untrack(() => props.rows);
			const size = columnSize(column, rows.slice(0, FIRST_ROWS), had.get(column));
			had.set(column, size);
			return size;
		}),
	);
	/** Columns that have no room at the first widths; none goes later, and chosen columns stay. */
	const hidden = createMemo<{ columns: readonly Column<Row>[]; below: Map<Column<Row>, number> }>((before) => {
		const now = columns();
		const same = before?.columns.length === now.length && now.every((column, i) => column === before.columns[i]);
		return same ? before : { columns: now, below: props.state.columns() ? new Map() : hiddenBelow(now, untrack(sizes)) };
	});
	const classOf = (column: Column<Row>) => {
		const below = hidden().below.get(column);
		return `${column.number ? "number" : ""}${below ? ` under-${below}` : ""}`;
	};
	/** The shared parts of each column of names: ids that differ in their middle look alike if that is cut. */
	const among = createMemo(
		() =>
			new Map(
				columns().map((column) => {
					const { value } = column;
					const names = () => props.rows.flatMap((row) => value?.(row)).filter((name) => typeof name === "string");
					const isName = value && column.text && !column.number && !column.prose;
					return [column, isName ? createMemo<SharedEnds | undefined>((before) => sharedEnds(names(), before)) : undefined];
				}),
			),
	);
	const cellOf = (column: Column<Row>, row: Row): JSX.Element =>
		column.cell ? column.cell(row, () => among().get(column)?.()) : (column.text?.(row) ?? "–");
	/** All digits of a number that its cell has in short. */
	const digitsOf = ({ number, text, value }: Column<Row>, row: Row): string | undefined => {
		const read = number && text && value?.(row);
		return typeof read === "number" ? inFull(read, text?.(row)) : undefined;
	};
	return (
		<>
			<ScrollBox class="table-box" label={props.caption} ref={attach}>
				<table aria-rowcount={props.total + 1} aria-busy={props.busy}>
					<caption class="hidden">{props.caption}</caption>
					<colgroup>
						<For each={columns()}>{(column, i) => <col class={`col-${sizes()[i()]} col-${kindOf(column)} ${classOf(column)}`} />}</For>
					</colgroup>
					<TableHead
						columns={columns()}
						state={props.state}
						classOf={classOf}
						ref={(element) => {
							head = element;
						}}
					/>
					<Gap columns={columns()} classOf={classOf} height={props.viewport.top(drawn().first)} row={props.viewport.height()} />
					<tbody
						ref={(element) => {
							body = element;
						}}
					>
						<For each={drawn().rows}>
							{(row, i) => (
								<tr
									class="row"
									data-gone={props.removed.has(row.id) ? "" : undefined}
									data-unheard={(row as { status?: unknown }).status === NOT_HEARD ? "" : undefined}
									data-marked={props.marked === row.id ? "" : undefined}
									aria-rowindex={drawn().first + i() + 2}
									on:pointerenter={() => props.onMark?.(row.id)}
									on:pointerleave={() => props.onMark?.(undefined)}
									on:focusin={() => props.onMark?.(row.id)}
									on:focusout={() => props.onMark?.(undefined)}
								>
									<Part>
										<For each={columns()}>
											{(column) =>
												column.names ? (
													<th scope="row" data-head={column.head} class={classOf(column)}>
														{cellOf(column, row)}
													</th>
												) : (
													<td data-head={column.head} class={classOf(column)} title={digitsOf(column, row)}>
														{cellOf(column, row)}
													</td>
												)
											}
										</For>
									</Part>
								</tr>
							)}
						</For>
					</tbody>
					<Gap
						columns={columns()}
						classOf={classOf}
						height={props.viewport.top(props.total) - props.viewport.top(drawn().first + drawn().rows.length)}
						row={props.viewport.height()}
					/>
				</table>
			</ScrollBox>
			<NoRoom below={hidden().below} />
		</>
	);
}

/** Names the hidden columns. The container's width shows it. */
function NoRoom<Row>(props: { below: Map<Column<Row>, number> }): JSX.Element {
	const first = () => [...props.below].sort(([, a], [, b]) => b - a);
	return (
		<Show when={first()[0]}>
			{(widest) => (
				<p class={`table-no-room quiet over-${widest()[1]}`}>
					No room for{" "}
					<For each={first()}>
						{([{ head }, below], i) => (
							<span class={`over-${below}`}>
								{i() > 0 && ", "}
								{head}
							</span>
						)}
					</For>
				</p>
			)}
		</Show>
	);
}

/** A gap in place of rows that are not in the document, ruled like rows. */
function Gap<Row>(props: {
	columns: readonly Column<Row>[];
	classOf: (column: Column<Row>) => string;
	height: number;
	row: number;
}): JSX.Element {
	// Set as properties: the page's CSP allows no inline style.
	const size = (element: HTMLElement) =>
		createEffect(() => {
			element.style.setProperty("--gap", `${props.height}px`);
			element.style.setProperty("--row-height", `${props.row}px`);
		});
	return (
		<Show when={props.height > 0}>
			<tbody class="row-gap" aria-hidden="true" ref={size}>
				<tr>
					<For each={props.columns}>{(column) => <td class={props.classOf(column)} />}</For>
				</tr>
			</tbody>
		</Show>
	);
}
