import { type JSX, Show } from "solid-js";
import type { Checkpoint, Stream } from "../../../colony-bridge/protocol/state.ts";
import type { StreamRow } from "../../../colony-bridge/protocol/view.ts";
import type { Column } from "../../elements/DataTable.tsx";
import { State } from "../../elements/Glyph.tsx";
import { OtherNumbers } from "../../elements/OtherNumbers.tsx";
import { Progress } from "../../elements/Progress.tsx";
import { CHECKPOINT, STREAM } from "../../elements/states.ts";
import { Ago } from "../../elements/Time.tsx";
import { count, quantity } from "../../format/number.ts";
import { elapsed } from "../../format/time.ts";

/** What the columns before say already. */
const OWN = new Set(["stream_lag_seconds", "hiveframe_stream_lag_seconds", "stream_windows_open", "stream_windows_fired_total"]);

export const streamColumns: Column<StreamRow>[] = [
	{
		head: "Stream",
		size: 16,
		names: true,
		cell: (stream) => (
			<span class="named" title={stream.message ?? stream.id}>
				<span class="cut">{stream.name ?? stream.id}</span>
				<Show when={stream.message}>
					<span class="quiet cut message">{stream.message}</span>
				</Show>
			</span>
		),
	},
	{ head: "Status", size: 13, cell: (stream) => <State look={STREAM[stream.status]} /> },
	{ head: "Lag", size: 10, number: true, cell: (stream) => number(stream.values.stream_lag_seconds, "seconds") },
	{
		head: "Watermark",
		size: 12,
		cell: (stream) => (
			<Show when={stream.watermark} fallback="–">
				{(at) => <Ago at={at()} />}
			</Show>
		),
	},
	{ head: "Windows", size: 16, cell: (stream) => <Windows windows={stream.windows} /> },
	{ head: "Checkpoint", size: 28, cell: (stream) => <CheckpointCell checkpoint={stream.checkpoint} /> },
	{
		head: "Other numbers",
		size: 28,
		cell: (stream) => <OtherNumbers values={stream.values} besides={OWN} />,
	},
];

const number = (value: number | undefined, unit: string | undefined) => (value === undefined ? "–" : quantity(value, unit));

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

/** The newest checkpoint: how far it is, or when it ended, how long it took and how large it is. */
function CheckpointCell(props: { checkpoint: Checkpoint | undefined }): JSX.Element {
	const took = () => {
		const { startedAt, endedAt } = props.checkpoint ?? {};
		return startedAt === undefined || endedAt === undefined ? undefined : elapsed(endedAt - startedAt);
	};
	return (
		<Show when={props.checkpoint} fallback="–">
			{(checkpoint) => (
				<span class="lines-2" title={`checkpoint ${checkpoint().id}`}>
					<State look={CHECKPOINT[checkpoint().status]} />
					<Show
						when={checkpoint().status === "running" && checkpoint().progress !== undefined}
						fallback={
							<span class="quiet cut">
								<Show when={checkpoint().endedAt}>{(at) => <Ago at={at()} />}</Show>
								<Show when={took()}>, took {took()}</Show>
								<Show when={checkpoint().bytes !== undefined}>, {quantity(checkpoint().bytes ?? 0, "bytes")}</Show>
							</span>
						}
					>
						<Progress share={checkpoint().progress ?? 0} label="checkpoint" />
					</Show>
				</span>
			)}
		</Show>
	);
}
