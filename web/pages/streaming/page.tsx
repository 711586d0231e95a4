import { createMemo, type JSX, Show } from "solid-js";
import { ownAnswer } from "../../../colony-bridge/protocol/plan.ts";
import type { Metrics } from "../../../colony-bridge/protocol/view.ts";
import { Chart } from "../../chart/Chart.tsx";
import { chartModels, rangeInWords } from "../../chart/model.ts";
import { DataTable } from "../../elements/DataTable.tsx";
import { Empty, Panel, Shown } from "../../elements/Panel.tsx";
import { useAnswer } from "../../page-context.tsx";
import { streamColumns } from "./columns.tsx";

export default function Streaming(): JSX.Element {
	const streams = useAnswer(ownAnswer("streaming", "streams"), "streams");
	const throughput = useAnswer(ownAnswer("streaming", "throughput"), "metrics");
	const lag = useAnswer(ownAnswer("streaming", "lag"), "metrics");
	return (
		<div class="stack">
			<div class="pair">
				<StreamChart title="Throughput" metrics={throughput()} metric="stream_records_total" rate />
				<StreamChart title="Lag" metrics={lag()} metric="stream_lag_seconds" />
			</div>
			<Panel title="Streams" class="whole" note={<Shown of={streams()} one="stream" />}>
				<DataTable caption="Streams" columns={streamColumns} rows={streams().rows} empty="The colony runs no streams." />
			</Panel>
		</div>
	);
}

function StreamChart(props: { title: string; metrics: Metrics; metric: string; rate?: boolean }): JSX.Element {
	const model = createMemo(() => {
		const [model] = chartModels(props.metrics, props.rate);
		return model && model.lines.length > 0 ? { ...model, unit: props.rate ? "records/s" : model.unit } : undefined;
	});
	return (
		<Panel title={props.title} class="medium" note={rangeInWords(model())}>
			<Show
				when={model()}
				fallback={
					<Empty>
						The colony reports no <code>{props.metric}</code>.
					</Empty>
				}
			>
				{(drawn) => <Chart kind="line" model={drawn()} label={`${props.title} of each stream`} />}
			</Show>
		</Panel>
	);
}
