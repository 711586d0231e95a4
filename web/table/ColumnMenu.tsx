import { createUniqueId, For, type JSX } from "solid-js";
import { OtherParameters } from "../view/OtherParameters.tsx";
import { type Column, chosenColumns, columnId } from "./column.ts";
import type { TableState } from "./table-state.ts";

/** Chooses the shown columns, in the URL. */
export function ColumnMenu<Row>(props: {
	caption: string;
	columns: readonly Column<Row>[];
	shown: readonly Column<Row>[];
	state: TableState;
}): JSX.Element {
	const id = createUniqueId();
	const name = () => props.state.parameter("columns");
	let button!: HTMLButtonElement;
	/** A popover is in the top layer, so it is placed by script: below its button, within the viewport. */
	const place = (menu: HTMLElement) => {
		const { left, bottom } = button.getBoundingClientRect();
		menu.style.left = `${Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8))}px`;
		menu.style.top = `${Math.max(8, Math.min(bottom + 4, innerHeight - menu.offsetHeight - 8))}px`;
	};
	const choose = (form: HTMLFormElement) => {
		const ids = new FormData(form).getAll(name()).map(String);
		const defaults = chosenColumns(props.columns, undefined).filter(({ names }) => !names);
		const same = ids.length === defaults.length && defaults.every((column) => ids.includes(columnId(column)));
		props.state.change({ columns: same ? undefined : ids.join(",") }, { replace: true });
	};
	return (
		<>
			<button
				ref={(element) => {
					button = element;
				}}
				type="button"
				class="button button-plain button-small"
				popovertarget={id}
			>
				Columns
			</button>
			<form
				id={id}
				popover="auto"
				class="column-menu"
				method="get"
				aria-label={`Columns of ${props.caption}`}
				on:toggle={(event) => place(event.currentTarget)}
				on:change={(event) => choose(event.currentTarget)}
			>
				<OtherParameters than={[name()]} />
				<For each={props.columns.filter(({ names }) => !names)}>
					{(column) => (
						<label>
							<input type="checkbox" name={name()} value={columnId(column)} checked={props.shown.includes(column)} />
							<span>{column.head}</span>
						</label>
					)}
				</For>
				<button type="submit" class="button button-plain button-small scriptless">
					Show
				</button>
			</form>
		</>
	);
}
