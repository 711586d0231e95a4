import { createEffect, createMemo, createSignal, type JSX, Show, untrack } from "solid-js";
import { usePage } from "../page/context.tsx";
import { partName } from "../view/url-part.ts";
import { type Column, chosenColumns, type Extent } from "./column.ts";
import { Nothing, OtherRows } from "./EmptyTable.tsx";
import { askForRows, createStableRows, filterRows, sortRows } from "./rows.ts";
import { TableBox } from "./TableBox.tsx";
import type { TableTools } from "./TableTools.tsx";
import { createTableState } from "./table-state.ts";
import { createViewport } from "./viewport.ts";

export { type CellValue, type Column, instantOf } from "./column.ts";

export interface DataTableProps<Row> {
	/** Accessible name. */
	caption: string;
	columns: readonly Column<Row>[];
	rows: readonly Row[];
	/** Shown in an empty table. */
	empty: JSX.Element;
	/** Suffix of its URL parameters: `sort.failed`. "": none, for the main table of a page. By default made from the caption. */
	name?: string;
	/** Filter, column menu and export. Passed in, so that tables without them do not load their code. */
	tools?: typeof TableTools;
	/** Noun for one row. */
	one?: string;
	many?: string;
	/** Position of `rows` within all rows. */
	of?: Extent;
	/** Name of the answer if `rows` is a window that the cluster sorts and filters. */
	answer?: string;
	/** Called with the ids of the visible rows, in the browser. */
	onVisible?: (ids: readonly string[]) => void;
	/** Id of the highlighted row. */
	marked?: string | undefined;
	/** Called with the row under the pointer or with focus, undefined when it leaves. */
	onMark?: (id: string | undefined) => void;
}

/** A table in its own scroll box; a long one renders visible rows only. In a narrow panel each row is a card. */
export function DataTable<Row extends { id: string }>(props: DataTableProps<Row>): JSX.Element {
	const page = usePage();
	const { answer, tools: Tools } = props;
	const state = createTableState(props.name ?? partName(props.caption));
	const order = createMemo(() => `${state.sort() ?? ""}\n${state.filter()}`);
	const columns = createMemo(() => chosenColumns(props.columns, state.columns()));

	const arranged = createMemo((): readonly Row[] => {
		const { rows } = props;
		const [sort, filter] = [state.order(), state.filter()];
		// Untracked: a new table sorts by current values, changed fields do not sort it again.
		return answer === undefined ? untrack(() => sortRows(filterRows(rows, props.columns, filter), props.columns, sort)) : rows;
	});
	const [inUse, setInUse] = createSignal(false);
	const offset = () => (answer === undefined ? 0 : (props.of?.offset ?? 0));
	const stable = createStableRows(arranged, inUse, () => `${offset()}\n${order()}`, answer === undefined);
	/** Rows that exist. The total of a window counts rows beyond the stored ones too, so a window that is not full ends the table. */
	const total = () => {
		if (answer === undefined) return stable().rows.length;
		const query = page.data.queries()[answer];
		const { length } = props.rows;
		return query && "limit" in query && length < query.limit ? offset() + length : (props.of?.total ?? 0);
	};
	const viewport = createViewport(total, untrack(offset));
	createEffect(() => {
		const { first, end } = viewport.visible();
		props.onVisible?.(
			stable()
				.rows.slice(Math.max(0, first - offset()), Math.max(0, end - offset()))
				.map(({ id }) => id),
		);
	});
	if (answer !== undefined) createEffect(() => askForRows(page, answer, viewport.drawn(), total()));

	return (
		<>
			{Tools && (
				<Tools
					caption={props.caption}
					one={props.one ?? "row"}
					many={props.many}
					columns={props.columns}
					shown={columns()}
					state={state}
					rows={arranged()}
					answer={answer}
					of={props.of ?? { total: props.rows.length }}
					here={props.rows.length}
					matching={total()}
					visible={viewport.visible()}
					paused={stable().moved}
				/>
			)}
			<Show
				when={total() > 0}
				fallback={<Nothing empty={props.empty} state={state} one={props.one} all={props.of?.unfiltered ?? props.rows.length} />}
			>
				<TableBox
					caption={props.caption}
					columns={columns()}
					rows={stable().rows}
					offset={offset()}
					removed={stable().removed}
					total={total()}
					busy={page.url.pending() !== undefined && page.url.pending()?.failed === undefined}
					state={state}
					viewport={viewport}
					order={order()}
					onUse={setInUse}
					marked={props.marked}
					onMark={props.onMark}
				/>
				<OtherRows state={state} offset={offset()} here={stable().rows.length} total={total()} paged={answer !== undefined} />
			</Show>
		</>
	);
}
