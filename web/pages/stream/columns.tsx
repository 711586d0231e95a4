import { type JSX, Show } from "solid-js";
import type { CheckpointRow, OperatorRow, Spread, SubtaskRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { StatusLabel } from "../../components/Glyph.tsx";
import { WorkerLink } from "../../components/Links.tsx";
import { MiddleCut } from "../../components/MiddleCut.tsx";
import { Progress } from "../../components/Progress.tsx";
import { CHECKPOINT } from "../../components/stream-status.ts";
import { Ago } from "../../components/Time.tsx";
import { count, quantity, total } from "../../format/number.ts";
import type { SharedEnds } from "../../format/shared-ends.ts";
import { SPACE } from "../../format/text.ts";
import { elapsed } from "../../format/time.ts";
import { type Column, instantOf } from "../../table/DataTable.tsx";
import { Behind } from "../streaming/Behind.tsx";
import { BOTTLENECK, pressureStatus } from "../streaming/pressure.ts";

const percent = (share: number | undefined) => (share === undefined ? "–" : quantity(share, "ratio"));

/** The median of a share over subtasks and, if it differs, the maximum: `17 to 19.2 %`. */
function shares(of: Spread | undefined): string {
	if (!of) return "–";
	const highest = quantity(of.max, "ratio");
	return of.max - of.median < 0.005 ? highest : `${Number((100 * of.median).toFixed(1))} to ${highest}`;
}

/** Input of a subtask relative to the median: shows skew. */
const SKEWED = 1.5;

const skewOf = (of: Spread | undefined, subtasks: number) => (of && subtasks > 1 && of.median > 0 ? of.max / of.median : undefined);

function Skew(props: { of: Spread | undefined; subtasks: number }): JSX.Element {
	return (
		<Show when={skewOf(props.of, props.subtasks)} fallback={<span class="quiet">{props.subtasks > 1 ? "–" : "one subtask"}</span>}>
			{(times) => (
				<span class={times() >= SKEWED ? "tone-warn" : undefined}>
					×{SPACE}
					{times().toFixed(1)}
				</span>
			)}
		</Show>
	);
}

function Name(props: { text: string; among: SharedEnds | undefined }): JSX.Element {
	return (
		<span class="cut" title={props.text}>
			<MiddleCut text={props.text} among={props.among} />
		</span>
	);
}

export const operatorColumns: Column<OperatorRow>[] = [
	{
		head: "Operator",
		value: ({ name }) => name,
		size: 14,
		names: true,
		text: ({ name }) => name,
		cell: ({ name }, among) => <Name text={name} among={among()} />,
	},
	{
		head: "Pressure",
		size: 19,
		cell: (operator) => (
			<StatusLabel
				mark={operator.bottleneck ? BOTTLENECK : pressureStatus({ busy: operator.busy?.max, backPressured: operator.backPressured?.max })}
			/>
		),
	},
	{ head: "Subtasks", minor: 2, value: ({ subtasks }) => subtasks, size: 10, number: true, text: ({ subtasks }) => count(subtasks) },
	{ head: "Busy", value: ({ busy }) => busy?.max, size: 9, number: true, text: ({ busy }) => shares(busy) },
	{
		head: "Back-pressured",
		value: ({ backPressured }) => backPressured?.max,
		size: 9,
		number: true,
		text: ({ backPressured }) => shares(backPressured),
	},
	{
		head: "Buffer",
		minor: 4,
		value: ({ bufferFill }) => bufferFill?.max,
		size: 9,
		number: true,
		text: ({ bufferFill }) => shares(bufferFill),
	},
	{
		head: "Records in",
		value: ({ recordsIn }) => recordsIn?.sum,
		size: 11,
		number: true,
		text: ({ recordsIn }) => total(recordsIn?.sum),
	},
	{
		head: "Records out",
		minor: 3,
		value: ({ recordsOut }) => recordsOut?.sum,
		size: 11,
		number: true,
		text: ({ recordsOut }) => total(recordsOut?.sum),
	},
	{
		head: "Skew",
		minor: 1,
		size: 13,
		number: true,
		value: ({ recordsIn, recordsOut, subtasks }) => skewOf(recordsIn ?? recordsOut, subtasks),
		cell: (operator) => <Skew of={operator.recordsIn ?? operator.recordsOut} subtasks={operator.subtasks} />,
	},
	{
		head: "Watermark",
		minor: 5,
		value: ({ watermark }) => instantOf(watermark),
		size: 11,
		number: true,
		cell: (operator) => <Behind watermark={operator.watermark} />,
	},
];

export function subtaskColumns(nameOf: (operator: string) => string): Column<SubtaskRow>[] {
	return [
		{
			head: "Subtask",
			value: ({ subtask }) => subtask,
			size: 8,
			names: true,
			text: ({ subtask }) => subtask,
			cell: ({ subtask }, among) => <Name text={subtask} among={among()} />,
		},
		{
			head: "Operator",
			value: ({ operator }) => nameOf(operator),
			size: 12,
			text: (subtask) => nameOf(subtask.operator),
			cell: ({ operator }, among) => <Name text={nameOf(operator)} among={among()} />,
		},
		{
			head: "Worker",
			value: ({ worker }) => worker,
			size: 10,
			text: ({ worker }) => worker,
			cell: (subtask, among) => <WorkerLink id={subtask.worker} absent="–" among={among()} />,
		},
		{ head: "Pressure", size: 19, cell: (subtask) => <StatusLabel mark={pressureStatus(subtask)} /> },
		{ head: "Time spent", minor: 1, size: 10, cell: (subtask) => <TimeSpent subtask={subtask} /> },
		{ head: "Busy", value: ({ busy }) => busy, size: 9, number: true, text: ({ busy }) => percent(busy) },
		{
			head: "Back-pressured",
			value: ({ backPressured }) => backPressured,
			size: 11,
			number: true,
			text: ({ backPressured }) => percent(backPressured),
		},
		{ head: "Idle", minor: 5, value: ({ idle }) => idle, size: 9, number: true, text: ({ idle }) => percent(idle) },
		{
			head: "Buffer",
			minor: 2,
			value: ({ bufferFill }) => bufferFill,
			size: 9,
			number: true,
			text: ({ bufferFill }) => percent(bufferFill),
		},
		{ head: "In", value: ({ recordsIn }) => recordsIn, size: 11, number: true, text: ({ recordsIn }) => total(recordsIn) },
		{ head: "Out", minor: 4, value: ({ recordsOut }) => recordsOut, size: 11, number: true, text: ({ recordsOut }) => total(recordsOut) },
		{
			head: "Watermark",
			minor: 3,
			value: ({ watermark }) => instantOf(watermark),
			size: 11,
			number: true,
			cell: (subtask) => <Behind watermark={subtask.watermark} />,
		},
	];
}

/** Busy, back-pressured and idle shares as a bar; the columns beside it have the numbers. */
function TimeSpent(props: { subtask: SubtaskRow }): JSX.Element {
	const busy = () => 100 * (props.subtask.busy ?? 0);
	const held = () => Math.min(100 - busy(), 100 * (props.subtask.backPressured ?? 0));
	return (
		<svg class="time-spent" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
			<rect class="bar-track" width="100" height="8" />
			<rect class="spent-busy" width={busy()} height="8" />
			<rect class="spent-held" x={busy()} width={held()} height="8" />
		</svg>
	);
}

export const took = ({ startedAt, endedAt }: { startedAt?: number | undefined; endedAt?: number | undefined }): number | undefined =>
	startedAt === undefined || endedAt === undefined ? undefined : Math.max(0, endedAt - startedAt);

const tookWords = (checkpoint: CheckpointRow): string => {
	const ms = took(checkpoint);
	return ms === undefined ? "–" : elapsed(ms);
};

export const checkpointColumns: Column<CheckpointRow>[] = [
	{ head: "Checkpoint", value: ({ checkpoint }) => checkpoint, size: 8, names: true, text: ({ checkpoint }) => checkpoint },
	{
		head: "Status",
		value: ({ status }) => status,
		size: 14,
		cell: (checkpoint) => (
			<Show
				when={checkpoint.status === "running" && checkpoint.progress !== undefined}
				fallback={<StatusLabel mark={CHECKPOINT[checkpoint.status]} />}
			>
				<Progress share={checkpoint.progress ?? 0} label="checkpoint" />
			</Show>
		),
	},
	{
		head: "Began",
		minor: 1,
		value: ({ startedAt }) => instantOf(startedAt),
		size: 12,
		number: true,
		cell: (checkpoint) => (
			<Show when={checkpoint.startedAt} fallback="–">
				{(at) => <Ago at={at()} />}
			</Show>
		),
	},
	{ head: "Took", value: took, size: 12, number: true, text: tookWords },
	{
		head: "Size",
		minor: 2,
		value: ({ bytes }) => bytes,
		size: 12,
		number: true,
		text: ({ bytes }) => (bytes === undefined ? undefined : quantity(bytes, "bytes")),
	},
	{
		head: "Reason",
		size: 20,
		prose: true,
		text: ({ message }) => message,
		cell: (checkpoint) => (
			<span class={checkpoint.message ? "cut" : "quiet"} title={checkpoint.message}>
				{checkpoint.message ?? (checkpoint.status === "failed" ? "not reported" : "–")}
			</span>
		),
	},
];
