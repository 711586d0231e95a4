import { type JSX, Show } from "solid-js";
import { COMMAND_STATES, commandWords } from "../../colony-bridge/protocol/command-words.ts";
import type { CommandRow } from "../../colony-bridge/protocol/rows.ts";
import { type Column, DataTable } from "../elements/DataTable.tsx";
import { State } from "../elements/Glyph.tsx";
import { Panel, Shown } from "../elements/Panel.tsx";
import { Ago } from "../elements/Time.tsx";
import type { Control } from "./control.ts";
import { COMMAND } from "./looks.ts";

const COLUMNS: Column<CommandRow>[] = [
	{ head: "Command", size: 20, names: true, cell: (row) => <Cut text={commandWords(row.command)} /> },
	{
		head: "State",
		size: 18,
		cell: (row) => (
			<span title={COMMAND_STATES[row.state]}>
				<State look={COMMAND[row.state]} />
			</span>
		),
	},
	{ head: "In the colony's words", size: 40, cell: (row) => <Cut text={row.message ?? "–"} /> },
	{ head: "By", size: 14, cell: (row) => <Cut text={row.by ?? "somebody"} /> },
	{ head: "When", size: 12, number: true, cell: (row) => <Ago at={row.at} /> },
];

function Cut(props: { text: string }): JSX.Element {
	return (
		<span class="cut" title={props.text}>
			{props.text}
		</span>
	);
}

/** What the colony was told to do, and what came of it. It stands last: the first command moves nothing. */
export function CommandList(props: { control: Control }): JSX.Element {
	const { commands } = props.control;
	return (
		<Show when={commands().total > 0}>
			<Panel title="Commands" class="medium" note={<Shown of={commands()} one="command" />}>
				<DataTable caption="Commands" columns={COLUMNS} rows={commands().rows} empty="" />
			</Panel>
		</Show>
	);
}
