import { createSignal, For, type JSX, onCleanup, Show } from "solid-js";
import { count, counted } from "../format/number.ts";
import { usePage } from "../page/context.tsx";
import { loadCode } from "../page/load-code.ts";
import { OtherParameters } from "../view/OtherParameters.tsx";
import { ColumnMenu } from "./ColumnMenu.tsx";
import { type Column, columnId, type Extent } from "./column.ts";
import type { TableState } from "./table-state.ts";
import type { Span } from "./viewport.ts";

interface TableToolsProps<Row> {
	caption: string;
	one: string;
	many: string | undefined;
	columns: readonly Column<Row>[];
	shown: readonly Column<Row>[];
	state: TableState;
	/** All rows, sorted and filtered, unless there is an `answer`. */
	rows: readonly Row[];
	/** Name of the answer if `rows` is a window. */
	answer: string | undefined;
	of: Extent;
	/** Rows received, and rows that match. */
	here: number;
	matching: number;
	visible: Span;
	/** Sorting is paused. */
	paused: boolean;
}

/** Debounce of the filter, ms. */
const TYPING_MS = 250;

/** Filter, order, column menu, export, and the number of rows shown. */
export function TableTools<Row extends { id: string }>(props: TableToolsProps<Row>): JSX.Element {
	const page = usePage();
	const [message, setMessage] = createSignal<string>();
	let typing: ReturnType<typeof setTimeout> | undefined;
	onCleanup(() => clearTimeout(typing));
	const filter = (text: string) => {
		clearTimeout(typing);
		props.state.change({ filter: text.trim() }, { replace: true });
	};
	const sortable = () => props.columns.filter(({ value }) => value);
	const own = () => ["filter", "sort", "offset"].map(props.state.parameter);
	const take = async (how: "download" | "copy") => {
		setMessage("…");
		try {
			const { takeRows } = await loadCode(() => import("./export.ts"));
			const rows = await takeRows(how, page, { caption: props.caption, columns: props.shown, rows: props.rows, answer: props.answer });
			setMessage(`${counted(rows, props.one, props.many)} ${how === "copy" ? "copied" : "saved"}`);
		} catch (error) {
			setMessage(error instanceof Error ? error.message : String(error));
		}
	};
	return (
		<div class="table-tools">
			<form
				class="table-form"
				method="get"
				on:submit={(event) => {
					event.preventDefault();
					filter(new FormData(event.currentTarget).get(props.state.parameter("filter"))?.toString() ?? "");
				}}
			>
				<OtherParameters than={own()} />
				<input
					type="search"
					class="input-small"
					name={props.state.parameter("filter")}
					aria-label={`Filter ${props.caption}`}
					placeholder="Filter: words, status=failed, cpu_percent>80"
					maxlength="500"
					autocomplete="off"
					spellcheck={false}
					value={props.state.filter()}
					on:input={(event) => {
						clearTimeout(typing);
						const text = event.currentTarget.value;
						typing = setTimeout(() => filter(text), TYPING_MS);
					}}
				/>
				<label class="table-order">
					<span class="hidden">Order of {props.caption}</span>
					<select
						class="input-small"
						name={props.state.parameter("sort")}
						on:change={(event) => props.state.change({ sort: event.currentTarget.value || undefined })}
					>
						<option value="">Default order</option>
						<For each={sortable().flatMap((column) => [column, column])}>
							{(column, i) => {
								const value = () => (i() % 2 === 0 ? "" : "-") + columnId(column);
								return (
									<option value={value()} selected={props.state.sort() === value()}>
										{column.head} {i() % 2 === 0 ? "↑" : "↓"}
									</option>
								);
							}}
						</For>
					</select>
				</label>
				<button type="submit" class="button button-plain button-small scriptless">
					Show
				</button>
			</form>
			<ColumnMenu caption={props.caption} columns={props.columns} shown={props.shown} state={props.state} />
			<button type="button" class="button button-plain button-small scripted" on:click={() => void take("download")}>
				CSV
			</button>
			<button type="button" class="button button-plain button-small scripted" on:click={() => void take("copy")}>
				Copy
			</button>
			<p class="table-status quiet" role="status">
				{message()}
			</p>
			<p class="table-extent" data-held={props.paused ? "" : undefined}>
				<span class="tag table-held" aria-hidden={!props.paused} title="Sorting paused while you point here.">
					sorting paused
				</span>
				<Show when={props.matching > 0} fallback="0">
					<strong>
						{count(props.visible.first + 1)}–{count(props.visible.end)}
					</strong>
				</Show>{" "}
				of {extentInWords(props)}
			</p>
		</div>
	);
}

function extentInWords(props: Pick<TableToolsProps<never>, "answer" | "of" | "here" | "matching" | "one" | "many" | "state">): string {
	const { answer, of, here, matching, one, many } = props;
	const all = answer === undefined ? here : (of.unfiltered ?? of.total);
	const how = props.state.filter() ? "matching" : "listed";
	const words = [matching < all ? `${count(matching)} ${how}, ${counted(all, one, many)} in all` : counted(all, one, many)];
	if (answer === undefined && here < of.total) words.push(`the first of ${count(of.total)}`);
	if ((of.overall ?? 0) > of.total) words.push(`${count(of.overall ?? 0)} seen`);
	return words.join(", ");
}
