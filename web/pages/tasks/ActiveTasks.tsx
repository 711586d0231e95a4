import { type JSX, Show } from "solid-js";
import type { TaskRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { StatusLabel } from "../../components/Glyph.tsx";
import { TaskLink, WorkerLink } from "../../components/Links.tsx";
import { MiddleCut } from "../../components/MiddleCut.tsx";
import { Progress } from "../../components/Progress.tsx";
import { TASK } from "../../components/status.ts";
import { Since } from "../../components/Time.tsx";
import type { SharedEnds } from "../../format/shared-ends.ts";
import { usePage } from "../../page/context.tsx";
import type { Extent } from "../../table/column.ts";
import { type Column, DataTable, type DataTableProps } from "../../table/DataTable.tsx";

/** ms, for sorting and export, longest first. */
const between = (then: number | undefined, until: number | undefined) =>
	then === undefined || until === undefined ? undefined : Math.max(0, until - then);

const columnsAt = (now: () => number): Column<TaskRow>[] => [
	{
		head: "Task",
		id: "name",
		size: 10,
		names: true,
		value: ({ name }) => name,
		text: ({ name, attempt }) => name + tryRoom(attempt),
		cell: (task, among) => <TaskName name={task.name} id={task.id} attempt={task.attempt} among={among()} />,
	},
	{ head: "State", id: "status", size: 14, value: ({ status }) => status, cell: (task) => <StatusLabel mark={TASK[task.status]} /> },
	{
		head: "Worker",
		minor: 1,
		id: "worker",
		size: 10,
		value: ({ worker }) => worker,
		text: ({ worker }) => worker,
		cell: (task, among) => <WorkerLink id={task.worker} absent="–" among={among()} />,
	},
	{
		head: "Progress",
		minor: 2,
		id: "progress",
		value: ({ progress }) => progress,
		size: 13,
		cell: (task) => (
			<Show when={task.progress !== undefined} fallback="–">
				<Progress share={task.progress ?? 0} label="progress" />
			</Show>
		),
	},
	{
		head: "Waited",
		minor: 3,
		id: "wait",
		value: ({ queuedAt, startedAt, staleSince }) => between(queuedAt, startedAt ?? staleSince ?? now()),
		size: 9,
		number: true,
		cell: (task) => (
			<Show when={task.queuedAt} fallback="–">
				{(queued) => <Since at={queued()} until={task.startedAt ?? task.staleSince} />}
			</Show>
		),
	},
	{
		head: "Running",
		id: "elapsed",
		value: ({ startedAt, staleSince }) => between(startedAt, staleSince ?? now()),
		size: 9,
		number: true,
		cell: (task) => (
			<Show when={task.startedAt} fallback="–">
				{(at) => <Since at={at()} until={task.staleSince} />}
			</Show>
		),
	},
];

/**
 * Active tasks, running ones first, with waiting and running time.
 * @param ofOne for one worker @param answer name of the answer if the cluster sorts and filters it
 */
export function ActiveTasks(props: {
	rows: readonly TaskRow[];
	ofOne?: boolean;
	answer?: string;
	of?: Extent;
	tools?: DataTableProps<TaskRow>["tools"];
}): JSX.Element {
	const page = usePage();
	const columns = columnsAt(page.time.now);
	return (
		<DataTable
			caption="Tasks in progress"
			columns={props.ofOne ? columns.filter(({ head }) => head !== "Worker") : columns}
			rows={props.rows}
			{...(props.answer !== undefined && { answer: props.answer, name: "", one: "task" })}
			{...(props.of && { of: props.of })}
			{...(props.tools && { tools: props.tools })}
			empty="No task is queued or running."
		/>
	);
}

/** The number of the try, after the first. */
export const tryRoom = (attempt: number | undefined): string => ((attempt ?? 1) > 1 ? "    try 9" : "");

/** A link to a task with its name and try, and its id if it fits. */
export function TaskName(props: { name: string; id: string; attempt: number | undefined; among: SharedEnds | undefined }): JSX.Element {
	return (
		<span class="named-whole" title={`${props.name} ${props.id}`}>
			<span class="named">
				<TaskLink id={props.id} label={props.name}>
					<MiddleCut text={props.name} among={props.among} />
				</TaskLink>
				<Show when={(props.attempt ?? 1) > 1}>
					<span class="tag">try {props.attempt}</span>
				</Show>
			</span>
			<Show when={props.id !== props.name}>
				<span class="quiet mono">{props.id}</span>
			</Show>
		</span>
	);
}
