import { type JSX, Show } from "solid-js";
import type { Most, StreamRow } from "../../../colony-bridge/protocol/query/rows.ts";
import type { Stream } from "../../../colony-bridge/protocol/wire/state.ts";
import { Sparkline } from "../../chart/Sparkline.tsx";
import { StatusLabel } from "../../components/Glyph.tsx";
import { STREAM } from "../../components/status.ts";
import { LastHeard } from "../../components/Time.tsx";
import { count, quantity } from "../../format/number.ts";
import { usePage } from "../../page/context.tsx";
import { type Column, instantOf } from "../../table/DataTable.tsx";
import { Behind } from "./Behind.tsx";
import { CheckpointCell } from "./CheckpointCell.tsx";
import { pressureStatus } from "./pressure.ts";

/** The last minutes of a stream's numbers, by its id. */
export interface StreamLines {
	throughput(id: string): readonly (number | null)[] | undefined;
	lag(id: string): readonly (number | null)[] | undefined;
}

export const lagOf = ({ values }: StreamRow): number | undefined => values.stream_lag_seconds ?? values.hiveframe_stream_lag_seconds;

export function streamColumns(lines: StreamLines): Column<StreamRow>[] {
	return [
		{ head: "Stream", id: "id", size: 18, names: true, value: ({ id }) => id, cell: (stream) => <StreamName stream={stream} /> },
		{ head: "Status", id: "status", size: 11, value: ({ status }) => status, cell: (stream) => <Status stream={stream} /> },
		{
			head: "Throughput",
			size: 18,
			number: true,
			cell: (stream) => <Measured value={newestOf(lines.throughput(stream.id))} unit="/s" line={lines.throughput(stream.id)} />,
		},
		{
			head: "Lag",
			id: "stream_lag_seconds",
			value: lagOf,
			size: 18,
			number: true,
			cell: (stream) => <Measured value={lagOf(stream)} unit="seconds" line={lines.lag(stream.id)} />,
		},
		{
			head: "Watermark",
			id: "watermark",
			size: 14,
			number: true,
			value: ({ watermark }) => instantOf(watermark),
			cell: (stream) => <Behind watermark={stream.watermark} />,
		},
		{
			head: "Pressure",
			id: "backPressured",
			size: 20,
			value: ({ load }) => load?.backPressured?.share,
			cell: (stream) => <Pressure stream={stream} />,
		},
		{
			head: "Windows",
			id: "late",
			size: 18,
			value: ({ windows }) => windows?.late,
			cell: (stream) => <Windows windows={stream.windows} />,
		},
		{
			head: "Checkpoint",
			id: "checkpoint",
			size: 20,
			value: ({ checkpoint }) => instantOf(checkpoint?.endedAt ?? checkpoint?.startedAt),
			cell: (stream) => <Checkpoints stream={stream} />,
		},
	];
}

const newestOf = (values: readonly (number | null)[] | undefined): number | undefined =>
	values?.findLast((value) => value !== null) ?? undefined;

function Status(props: { stream: StreamRow }): JSX.Element {
	return (
		<span class="lines-2">
			<StatusLabel mark={STREAM[props.stream.status]} />
			<LastHeard of={props.stream} marks={STREAM} />
		</span>
	);
}

/** Its name, and the way to its page; beneath, why it is in this state. */
function StreamName(props: { stream: StreamRow }): JSX.Element {
	const page = usePage();
	return (
		<span class="lines-2" title={props.stream.message ?? props.stream.id}>
			<a class="cut worker-link" href={page.links.stream(props.stream.id)}>
				{props.stream.name ?? props.stream.id}
			</a>
			<Show when={props.stream.message}>
				<span class="quiet cut">{props.stream.message}</span>
			</Show>
		</span>
	);
}

function Measured(props: { value: number | undefined; unit: string; line: readonly (number | null)[] | undefined }): JSX.Element {
	return (
		<span class="measured">
			<Show when={props.line} fallback={<span class="spark" />}>
				{(line) => <Sparkline values={line()} />}
			</Show>
			<span class="measured-number">{props.value === undefined ? "–" : quantity(props.value, props.unit)}</span>
		</span>
	);
}

/** The operator with the most back-pressure, or the busiest where there is none. */
function Pressure(props: { stream: StreamRow }): JSX.Element {
	const load = () => props.stream.load;
	const shares = () => ({ busy: load()?.busy?.share, backPressured: load()?.backPressured?.share });
	const where = (): [Most, string] | undefined => {
		const { busy, backPressured } = load() ?? {};
		if (backPressured && backPressured.share >= 0.1) return [backPressured, "held back"];
		return busy && [busy, "busy"];
	};
	return (
		<Show when={load()} fallback="–">
			<span class="lines-2" title={where() && `${where()?.[0].operator} ${where()?.[1]} ${quantity(where()?.[0].share ?? 0, "ratio")}`}>
				<StatusLabel mark={pressureStatus(shares())} />
				<Show when={where()}>
					{(most) => (
						<span class="quiet cut">
							{quantity(most()[0].share, "ratio")} {most()[1]}, {most()[0].operator}
						</span>
					)}
				</Show>
			</span>
		</Show>
	);
}

function Windows(props: { windows: Stream["windows"] }): JSX.Element {
	const part = (name: "open" | "fired" | "late") => (
		<Show when={props.windows?.[name] !== undefined}>
			<span class="other">
				{count(props.windows?.[name] ?? 0)} <span class="quiet">{name === "late" ? "late records" : name}</span>
			</span>
		</Show>
	);
	return (
		<Show when={props.windows} fallback="–">
			<span class="others">
				{part("open")}
				{part("fired")}
				{part("late")}
			</span>
		</Show>
	);
}

/** The newest; beneath, where some failed, how many of those that are remembered. */
function Checkpoints(props: { stream: StreamRow }): JSX.Element {
	const kept = () => props.stream.checkpoints;
	return (
		<>
			<CheckpointCell checkpoint={props.stream.checkpoint} />
			<Show when={kept()?.failed}>
				{(failed) => (
					<span class="tone-bad">
						{count(failed())} of the last {count(failed() + (kept()?.completed ?? 0))} failed
					</span>
				)}
			</Show>
		</>
	);
}
