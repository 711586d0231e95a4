import { type JSX, Show } from "solid-js";
import type { StreamRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { StatusLabel } from "../../components/Glyph.tsx";
import { Panel } from "../../components/Panel.tsx";
import { STREAM } from "../../components/stream-status.ts";
import { LastHeard } from "../../components/Time.tsx";
import { count, quantity } from "../../format/number.ts";
import { Fact, Facts, NotReported, reported, Words } from "../detail/Facts.tsx";
import { Behind } from "../streaming/Behind.tsx";
import { CheckpointCell } from "../streaming/CheckpointCell.tsx";

/** Status of a stream. A property that was never reported is not shown as zero. */
export function Status(props: { stream: StreamRow }): JSX.Element {
	const windows = () => props.stream.windows;
	const value = (name: string) => props.stream.values[name];
	return (
		<Panel title="Status" class="whole">
			<Facts>
				<Fact name="State">
					<StatusLabel mark={STREAM[props.stream.status]} /> <LastHeard of={props.stream} marks={STREAM} />
				</Fact>
				<Fact name="Lag">
					{reported(value("stream_lag_seconds") ?? value("hiveframe_stream_lag_seconds"), (lag) => quantity(lag, "seconds"))}
				</Fact>
				<Fact name="Watermark" wide>
					<Show when={props.stream.watermark} fallback={<NotReported />}>
						{(at) => <Behind watermark={at()} exact />}
					</Show>
				</Fact>
				<Fact name="Windows open">{reported(windows()?.open, count)}</Fact>
				<Fact name="Windows fired">{reported(windows()?.fired, count)}</Fact>
				<Fact name="Late records">{reported(windows()?.late, count)}</Fact>
				<Fact name="Buffer in use">{reported(value("stream_buffer_fill") ?? props.stream.load?.bufferFill?.share, share)}</Fact>
				<Fact name="Back-pressured">{reported(value("stream_throttle") ?? props.stream.load?.backPressured?.share, share)}</Fact>
				<Fact name="Newest checkpoint" wide>
					<Show when={props.stream.checkpoint} fallback={<NotReported />}>
						<CheckpointCell checkpoint={props.stream.checkpoint} />
					</Show>
				</Fact>
			</Facts>
			<Words of={props.stream.message} />
		</Panel>
	);
}

const share = (value: number) => quantity(value, "ratio");
