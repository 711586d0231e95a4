import { type JSX, Show } from "solid-js";
import type { StreamRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { State } from "../../components/Glyph.tsx";
import { Panel } from "../../components/Panel.tsx";
import { STREAM } from "../../components/states.ts";
import { LastHeard } from "../../components/Time.tsx";
import { count, quantity } from "../../format/number.ts";
import { Fact, Facts, NotSaid, said, Words } from "../detail/Facts.tsx";
import { Behind } from "../streaming/Behind.tsx";
import { CheckpointCell } from "../streaming/CheckpointCell.tsx";

/** How it fares. What the colony never said is not shown as nothing. */
export function Status(props: { stream: StreamRow }): JSX.Element {
	const windows = () => props.stream.windows;
	const value = (name: string) => props.stream.values[name];
	return (
		<Panel title="Status" class="whole">
			<Facts>
				<Fact name="State">
					<State look={STREAM[props.stream.status]} /> <LastHeard of={props.stream} looks={STREAM} />
				</Fact>
				<Fact name="Lag">
					{said(value("stream_lag_seconds") ?? value("hiveframe_stream_lag_seconds"), (lag) => quantity(lag, "seconds"))}
				</Fact>
				<Fact name="Watermark" wide>
					<Show when={props.stream.watermark} fallback={<NotSaid />}>
						{(at) => <Behind watermark={at()} exact />}
					</Show>
				</Fact>
				<Fact name="Windows open">{said(windows()?.open, count)}</Fact>
				<Fact name="Windows fired">{said(windows()?.fired, count)}</Fact>
				<Fact name="Late records">{said(windows()?.late, count)}</Fact>
				<Fact name="Buffer in use">{said(value("stream_buffer_fill") ?? props.stream.load?.bufferFill?.share, share)}</Fact>
				<Fact name="Source held back">{said(value("stream_throttle") ?? props.stream.load?.backPressured?.share, share)}</Fact>
				<Fact name="Newest checkpoint" wide>
					<Show when={props.stream.checkpoint} fallback={<NotSaid />}>
						<CheckpointCell checkpoint={props.stream.checkpoint} />
					</Show>
				</Fact>
			</Facts>
			<Words of={props.stream.message} none="The colony says nothing more about its state." />
		</Panel>
	);
}

const share = (value: number) => quantity(value, "ratio");
