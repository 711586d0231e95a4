import { type JSX, Show } from "solid-js";
import { count, counted } from "../format/number.ts";
import type { TableState } from "./table-state.ts";
import { FIRST_ROWS } from "./viewport.ts";

/** An empty table: there are no rows, or none matches the filter. */
export function Nothing(props: { empty: JSX.Element; state: TableState; one: string | undefined; all: number }): JSX.Element {
	return (
		<Show when={props.state.filter() && props.all > 0} fallback={<p class="empty">{props.empty}</p>}>
			<p class="empty">
				<span>
					No match in {counted(props.all, props.one ?? "row")} for <q>{props.state.filter()}</q>.{" "}
					<a
						href={props.state.address({ filter: undefined })}
						on:click={(event) => {
							event.preventDefault();
							props.state.change({ filter: undefined });
						}}
					>
						Show all
					</a>
				</span>
			</p>
		</Show>
	);
}

/** Paging without script. */
export function OtherRows(props: { state: TableState; offset: number; here: number; total: number; paged: boolean }): JSX.Element {
	const end = () => props.offset + Math.min(props.here, FIRST_ROWS);
	return (
		<Show when={props.offset > 0 || end() < props.total}>
			<p class="table-paging scriptless">
				{count(props.offset + 1)} to {count(end())} of {count(props.total)}
				<Show when={props.paged} fallback=": the others need JavaScript.">
					<Show when={props.offset > 0}>
						<a href={props.state.addressFrom(Math.max(0, props.offset - FIRST_ROWS))}>Previous</a>
					</Show>
					<Show when={end() < props.total}>
						<a href={props.state.addressFrom(end())}>Next</a>
					</Show>
				</Show>
			</p>
		</Show>
	);
}
