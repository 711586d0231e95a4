import { type JSX, Show } from "solid-js";
import { COMMAND_STATES, commandWords, isUnderWay } from "../../colony-bridge/protocol/query/command-words.ts";
import type { CommandRow } from "../../colony-bridge/protocol/query/rows.ts";
import { StatusLabel } from "../components/Glyph.tsx";
import { Panel, Shown } from "../components/Panel.tsx";
import { Ago } from "../components/Time.tsx";
import { type Column, DataTable } from "../table/DataTable.tsx";
import { COMMAND, type Control } from "./control.ts";
import type { Accepted } from "./send-command.ts";

/** The progress of a command, from its acceptance to the colony's result. */
export function Progress(props: { title: string; control: Control; accepted: Accepted; close(): void }): JSX.Element {
	const command = () => props.control.command(props.accepted.id) ?? props.accepted;
	return (
		<div class="dialog-body">
			<h2 id={props.title}>{isUnderWay(command().state) ? "Under way" : "Result"}</h2>
			<div class="dialog-status" role="status" data-state={command().state}>
				<StatusLabel mark={COMMAND[command().state]} />
				<p>{COMMAND_STATES[command().state]}</p>
				<Show when={command().message}>{(message) => <p class="dialog-words">{message()}</p>}</Show>
			</div>
			<div class="dialog-buttons">
				<button
					type="button"
					class="button button-plain"
					ref={(button) => queueMicrotask(() => button.focus())}
					on:click={() => props.close()}
				>
					Close
				</button>
			</div>
		</div>
	);
}

const byWhom = ({ by }: CommandRow): string => by ?? "unknown user (not signed in)";

const COLUMNS: Column<CommandRow>[] = [
	{
		head: "Command",
		size: 20,
		names: true,
		text: (row) => commandWords(row.command),
		cell: (row) => <Cut text={commandWords(row.command)} />,
	},
	{
		head: "State",
		size: 18,
		cell: (row) => (
			<span title={COMMAND_STATES[row.state]}>
				<StatusLabel mark={COMMAND[row.state]} />
			</span>
		),
	},
	{ head: "Answer", size: 20, prose: true, text: ({ message }) => message, cell: (row) => <Cut text={row.message ?? "–"} /> },
	{ head: "By", size: 12, text: byWhom, cell: (row) => <Cut text={byWhom(row)} /> },
	{ head: "When", size: 12, number: true, cell: (row) => <Ago at={row.at} /> },
];

function Cut(props: { text: string }): JSX.Element {
	return (
		<span class="cut" title={props.text}>
			{props.text}
		</span>
	);
}

/** Commands and their results. The last panel of the page, so that the first command moves nothing. */
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
