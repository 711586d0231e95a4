import { type JSX, Show } from "solid-js";
import type { EndedRow } from "../../../colony-bridge/protocol/view.ts";
import { type Column, DataTable } from "../../elements/DataTable.tsx";
import { State } from "../../elements/Glyph.tsx";
import { TASK } from "../../elements/states.ts";
import { Ago } from "../../elements/Time.tsx";
import { elapsed } from "../../format/time.ts";
import { TaskName } from "./ActiveTasks.tsx";

const duration = (ms: number | undefined) => (ms === undefined ? "–" : elapsed(ms));

const COLUMNS: Column<EndedRow>[] = [
	{ head: "Task", names: true, wide: true, cell: (task) => <TaskName name={task.name} id={task.id} attempt={task.attempt} /> },
	{
		head: "Result",
		cell: (task) => (
			<Show when={task.error} fallback={<State look={TASK[task.status]} />}>
				{(error) => (
					<details class="failure">
						<summary title={error().message}>
							<State look={TASK[task.status]} /> <span class="cut">{[error().type, error().message].filter(Boolean).join(": ")}</span>
						</summary>
						<pre>{error().stack ?? error().message}</pre>
					</details>
				)}
			</Show>
		),
	},
	{ head: "Worker", cell: (task) => task.worker ?? "–" },
	{ head: "Waited", number: true, cell: (task) => duration(task.waitMs) },
	{ head: "Took", number: true, cell: (task) => duration(task.durationMs) },
	{ head: "Ended", number: true, cell: (task) => <Ago at={task.endedAt} /> },
];

export function EndedTasks(props: { rows: readonly EndedRow[]; caption: string; empty: string }): JSX.Element {
	return <DataTable caption={props.caption} columns={COLUMNS} rows={props.rows} empty={props.empty} />;
}
