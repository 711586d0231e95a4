import { createMemo, type JSX, Show } from "solid-js";
import type { Metrics } from "../../../colony-bridge/protocol/view.ts";
import { Chart } from "../../chart/Chart.tsx";
import { type ChartKind, chartModels } from "../../chart/model.ts";
import { useTimeShown } from "../../chart/time-shown.ts";
import { Empty, Panel } from "../../elements/Panel.tsx";
import { useOwn } from "./answers.ts";

/** Its numbers over time. */
export function Charts(): JSX.Element {
	const throughput = useOwn("throughput", "metrics");
	const lag = useOwn("lag", "metrics");
	const pressure = useOwn("pressure", "metrics");
	const windows = useOwn("windows", "metrics");
	const late = useOwn("late", "metrics");
	return (
		<div class="stream-charts">
			<One title="Throughput" kind="line" answer={throughput()} unit="records/s" names={RECORDS} />
			<One title="Lag" kind="area" answer={lag()} names={{ stream_lag_seconds: "behind the clock" }} />
			<One title="Pressure" kind="line" answer={pressure()} names={PRESSURE} />
			<One title="Windows open" kind="area" answer={windows()} unit="windows" names={{ stream_windows_open: "open" }} />
			<One title="Late records" kind="bar" answer={late()} unit="records" names={{ stream_late_records_total: "late" }} />
		</div>
	);
}

const RECORDS = { records_in: "in", stream_records_total: "processed", records_out: "out" };
const PRESSURE = { stream_busy: "busy", stream_throttle: "source held back", stream_buffer_fill: "buffer in use" };

function One(props: { title: string; kind: ChartKind; answer: Metrics; names: Record<string, string>; unit?: string }): JSX.Element {
	const timeShown = useTimeShown();
	const model = createMemo(() => {
		const [model] = chartModels(props.answer);
		if (!model || model.lines.length === 0) return undefined;
		const names = new Map(props.answer.series.map(({ key, name }) => [key, props.names[name]]));
		return {
			...model,
			unit: props.unit ?? model.unit,
			lines: model.lines.map((line) => ({ ...line, name: names.get(line.key) ?? line.name })),
		};
	});
	return (
		<Panel title={props.title} class="medium" note={timeShown(model())}>
			<Show
				when={model()}
				fallback={
					<Empty>
						<span>
							The stream reports no <code>{Object.keys(props.names).join(", ")}</code>.
						</span>
					</Empty>
				}
			>
				{(drawn) => <Chart kind={props.kind} model={drawn()} label={`${props.title} of the stream`} />}
			</Show>
		</Panel>
	);
}
