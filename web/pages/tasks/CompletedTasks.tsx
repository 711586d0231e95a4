import type { JSX } from "solid-js";
import type { EndedRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { StatusLabel } from "../../components/Glyph.tsx";
import { WorkerLink } from "../../components/Links.tsx";
import { TASK } from "../../components/status.ts";
import { Ago } from "../../components/Time.tsx";
import { elapsed } from "../../format/time.ts";
import { type Column, DataTable } from "../../table/DataTable.tsx";
import { TaskName, tryRoom } from "./ActiveTasks.tsx";

/** The duration as text, a dash if unknown. @param ms a duration */
export const duration = (ms: number | undefined) => (ms === undefined ? "–" : elapsed(ms));

const task: Column<EndedRow> = {
	head: "Task",
	size: 12,
	names: true,
	value: ({ name }) => name,
	text: ({ name, task, attempt }) => `${name}  ${task}${tryRoom(attempt)}`,
	cell: (task, among) => <TaskName name={task.name} id={task.task} attempt={task.attempt} among={among()} />,
};
const worker: Column<EndedRow> = {
	head: "Worker",
	size: 11,
	value: ({ worker }) => worker,
	text: ({ worker }) => worker,
	cell: (task, among) => <WorkerLink id={task.worker} absent="–" among={among()} />,
};
const took: Column<EndedRow> = {
	head: "Took",
	size: 10,
	number: true,
	value: ({ durationMs }) => durationMs,
	text: ({ durationMs }) => duration(durationMs),
};
const ended: Column<EndedRow> = {
	head: "Ended",
	minor: 1,
	size: 12,
	value: ({ endedAt }) => new Date(endedAt),
	cell: (task) => <Ago at={task.endedAt} />,
};

const ENDED: Column<EndedRow>[] = [
	task,
	{ head: "Result", size: 13, value: ({ status }) => status, cell: (task) => <StatusLabel mark={TASK[task.status]} /> },
	worker,
	{ head: "Waited", minor: 2, size: 11, number: true, value: ({ waitMs }) => waitMs, text: ({ waitMs }) => duration(waitMs) },
	took,
	ended,
];

/** For one worker, whose name is omitted. */
const ENDED_OF_ONE = ENDED.filter((column) => column !== worker);

/** Completed tasks. @param none shown if there are none @param ofOne for one worker */
export function CompletedTasks(props: { rows: readonly EndedRow[]; ofOne?: boolean; none?: string }): JSX.Element {
	return (
		<DataTable
			caption="Ended tasks"
			columns={props.ofOne ? ENDED_OF_ONE : ENDED}
			rows={props.rows}
			empty={props.none ?? "No task has ended yet."}
		/>
	);
}
