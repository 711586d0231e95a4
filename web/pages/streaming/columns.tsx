import { type JSX, Show } from "solid-js";
import type { StreamRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { StatusLabel } from "../../components/Glyph.tsx";
import { MiddleCut } from "../../components/MiddleCut.tsx";
import { CHECKPOINT, STREAM } from "../../components/stream-status.ts";
import { LastHeard } from "../../components/Time.tsx";
import { count, quantity } from "../../format/number.ts";
import type { SharedEnds } from "../../format/shared-ends.ts";
import { usePage } from "../../page/context.tsx";
import { type Column, instantOf } from "../../table/DataTable.tsx";
import { Measured } from "../../table/Measured.tsx";
import { Behind } from "./Behind.tsx";
import { CheckpointCell } from "./CheckpointCell.tsx";
import { BOTTLENECK, pressureStatus } from "./pressure.ts";

/** Recent values of a stream's metrics, by id. */
export interface StreamLines {
	throughput(id: string): readonly (number | null)[] | undefined;
	lag(id: string): readonly (number | null)[] | undefined;
}

const lagOf = ({ values }: StreamRow): number | undefined => values.stream_lag_seconds ?? values.hiveframe_stream_lag_seconds;

export function streamColumns(lines: StreamLines, past: Column<StreamRow>): Column<StreamRow>[] {
	return [
		{
			head: "Stream",
			id: "id",
			size: 14,
			names: true,
			value: ({ id }) => id,
			text: ({ id, name }) => name ?? id,
			cell: (stream, among) => <StreamName stream={stream} among={among()} />,
		},
		{
			head: "Status",
			id: "status",
			size: 13,
			value: ({ status }) => status,
			prose: true,
			text: ({ status, message = "" }) => `${STREAM[status].word}    ${message}`,
			cell: (stream) => <Status stream={stream} />,
		},
		past,
		{
			head: "Throughput",
			size: 15,
			number: true,
			cell: (stream) => <Measured value={newestOf(lines.throughput(stream.id))} unit="/s" line={lines.throughput(stream.id)} rate />,
		},
		{
			head: "Lag",
			id: "stream_lag_seconds",
			value: lagOf,
			size: 15,
			number: true,
			cell: (stream) => <Measured value={lagOf(stream)} unit="seconds" line={lines.lag(stream.id)} />,
		},
		{
			head: "Watermark",
			minor: 6,
			id: "watermark",
			size: 12,
			number: true,
			value: ({ watermark }) => instantOf(watermark),
			cell: (stream) => <Behind watermark={stream.watermark} />,
		},
		{
			head: "Pressure",
			id: "backPressured",
			size: 18,
			value: ({ load }) => load?.backPressured?.share,
			prose: true,
			text: (stream) => `${pressureStatus(sharesOf(stream)).word}    ${pressureText(stream)}`,
			cell: (stream) => <Pressure stream={stream} />,
		},
		{
			head: "Windows",
			minor: 5,
			size: 10,
			number: true,
			text: ({ windows }) => (windows?.open === undefined ? undefined : `${count(windows.open)} open`),
		},
		{
			head: "Late",
			minor: 3,
			id: "late",
			size: 10,
			number: true,
			value: ({ windows }) => windows?.late,
			text: ({ windows }) => (windows?.late === undefined ? undefined : count(windows.late)),
		},
		{
			head: "Checkpoint",
			minor: 1,
			id: "checkpoint",
			size: 16,
			value: ({ checkpoint }) => instantOf(checkpoint?.endedAt ?? checkpoint?.startedAt),
			prose: true,
			text: ({ checkpoints }) => `completed   ${failedText(checkpoints) ?? "12 s ago, took 3m 20s"}`,
			cell: (stream) => <Checkpoints stream={stream} />,
		},
	];
}

const newestOf = (values: readonly (number | null)[] | undefined): number | undefined =>
	values?.findLast((value) => value !== null) ?? undefined;

/** With the reason. */
function Status(props: { stream: StreamRow }): JSX.Element {
	return (
		<span class="named" title={props.stream.message}>
			<StatusLabel mark={STREAM[props.stream.status]} />
			<LastHeard of={props.stream} marks={STREAM} />
			<span class="quiet cut">{props.stream.message}</span>
		</span>
	);
}

function StreamName(props: { stream: StreamRow; among: SharedEnds | undefined }): JSX.Element {
	const page = usePage();
	const name = () => props.stream.name ?? props.stream.id;
	return (
		<a class="cut worker-link" title={props.stream.id} aria-label={name()} href={page.links.stream(props.stream.id)}>
			<MiddleCut text={name()} among={props.among} />
		</a>
	);
}

const sharesOf = ({ load }: StreamRow) => ({ busy: load?.busy?.share, backPressured: load?.backPressured?.share });

/** The operator with the most back-pressure, else the busiest. */
function pressureText({ load }: StreamRow): string {
	const { busy, backPressured, bottleneck } = load ?? {};
	if (bottleneck) return `${quantity(bottleneck.share, "ratio")} ${bottleneck.operator}`;
	const most = backPressured && backPressured.share >= 0.1 ? backPressured : busy;
	return most ? `${quantity(most.share, "ratio")} ${most.operator}` : "";
}

function Pressure(props: { stream: StreamRow }): JSX.Element {
	const text = () => pressureText(props.stream);
	return (
		<Show when={props.stream.load} fallback="–">
			<span class="named" title={text()}>
				<StatusLabel mark={props.stream.load?.bottleneck ? BOTTLENECK : pressureStatus(sharesOf(props.stream))} />
				<span class="quiet cut">
					<MiddleCut text={text()} />
				</span>
			</span>
		</Show>
	);
}

/** Undefined if no retained checkpoint failed. */
const failedText = (kept: StreamRow["checkpoints"]): string | undefined =>
	kept?.failed ? `${count(kept.failed)} of ${count(kept.failed + kept.completed)} failed` : undefined;

/** The latest, with the number of retained failures. */
function Checkpoints(props: { stream: StreamRow }): JSX.Element {
	return (
		<Show when={failedText(props.stream.checkpoints)} fallback={<CheckpointCell checkpoint={props.stream.checkpoint} />}>
			{(text) => (
				<span class="named">
					<Show when={props.stream.checkpoint}>{(newest) => <StatusLabel mark={CHECKPOINT[newest().status]} />}</Show>
					<span class="tone-bad cut">{text()}</span>
				</span>
			)}
		</Show>
	);
}
