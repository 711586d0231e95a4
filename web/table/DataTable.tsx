import { createEffect, createMemo, createSignal, type JSX, Show, untrack } from "solid-js";
import { usePage } from "../page/context.tsx";
import { partName } from "../view/url-part.ts";
import { type Column, chosenColumns, type Extent } from "./column.ts";
import { Nothing, OtherRows } from "./Nothing.tsx";
import { askForRows, createHeldRows, filterRows, sortRows } from "./rows.ts";
import { TableBox } from "./TableBox.tsx";
import type { TableTools } from "./TableTools.tsx";
import { createTableState } from "./table-state.ts";
import { createViewport } from "./viewport.ts";

export { type CellValue, type Column, instantOf } from "./column.ts";

export interface DataTableProps<Row> {
	/** Said to those who do not see the panel's title. */
	caption: string;
	columns: readonly Column<Row>[];
	rows: readonly Row[];
	/** Text of an empty table. */
	empty: JSX.Element;
	/** What its order and filter are called in the page's address, in letters: `sort.failed`. "": the page's own table. Absent: its caption. */
	name?: string;
	/** A filter, a choice of columns and ways out with the data. Handed in, so that tables without come without their code. */
	tools?: typeof TableTools;
	/** A row in a word. */
	one?: string;
	many?: string;
	/** Position of the rows within all. */
	of?: Extent;
	/** The rows are a window of more, which the cluster sorts and filters: the name of its answer. */
	answer?: string;
	/** Told which rows can be seen, in the browser. */
	onSight?: (ids: readonly string[]) => void;
	/** The row that stands out, because something else on the page is pointed at. */
	marked?: string | undefined;
	/** Told which row is pointed at, or has the focus; undefined: none any more. */
	onMark?: (id: string | undefined) => void;
}

/** Rows and columns in a box that scrolls by itself; of a long table, what is in sight. Where it is narrow each row becomes a card. */
export function DataTable<Row extends { id: string }>(props: DataTableProps<Row>): JSX.Element {
	const page = usePage();
	const { answer, tools: Tools } = props;
	const state = createTableState(props.name ?? partName(props.caption));
	const order = createMemo(() => `${state.sort() ?? ""}\n${state.filter()}`);
	const columns = createMemo(() => chosenColumns(props.columns, state.columns()));

	const arranged = createMemo((): readonly Row[] => {
		const { rows } = props;
		const [sort, filter] = [state.order(), state.filter()];
		// Not with each field: a table that is new has all of them.
		return answer === undefined ? untrack(() => sortRows(filterRows(rows, props.columns, filter), props.columns, sort)) : rows;
	});
	const [hand, setHand] = createSignal(false);
	const offset = () => (answer === undefined ? 0 : (props.of?.offset ?? 0));
	const held = createHeldRows(arranged, hand, () => `${offset()}\n${order()}`, answer === undefined);
	/** Of a window: what the colony only counts has no rows, and a window that is not full is the last there is. */
	const total = () => {
		if (answer === undefined) return held().rows.length;
		const query = page.data.queries()[answer];
		const { length } = props.rows;
		return query && "limit" in query && length < query.limit ? offset() + length : (props.of?.total ?? 0);
	};
	const viewport = createViewport(total, untrack(offset));
	createEffect(() => {
		const { first, end } = viewport.inSight();
		props.onSight?.(
			held()
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
					inSight={viewport.inSight()}
					held={held().moved}
				/>
			)}
			<Show
				when={total() > 0}
				fallback={<Nothing empty={props.empty} state={state} one={props.one} all={props.of?.all ?? props.rows.length} />}
			>
				<TableBox
					caption={props.caption}
					columns={columns()}
					rows={held().rows}
					offset={offset()}
					gone={held().gone}
					total={total()}
					busy={page.url.pending() !== undefined && page.url.pending()?.failed === undefined}
					state={state}
					viewport={viewport}
					order={order()}
					onHand={setHand}
					marked={props.marked}
					onMark={props.onMark}
				/>
				<OtherRows state={state} offset={offset()} here={held().rows.length} total={total()} paged={answer !== undefined} />
			</Show>
		</>
	);
}
