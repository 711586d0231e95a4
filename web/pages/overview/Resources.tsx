import { createMemo, type JSX, Show } from "solid-js";
import { ownAnswer } from "../../../colony-bridge/protocol/plan.ts";
import { Chart } from "../../chart/Chart.tsx";
import { type ChartModel, chartModels } from "../../chart/model.ts";
import { useTimeShown } from "../../chart/time-shown.ts";
import { Empty, Panel } from "../../elements/Panel.tsx";
import { useAnswer } from "../../page-context.tsx";

/** Mean and greatest in one picture: the mean hides the one worker that is stuck. */
export function CpuChart(): JSX.Element {
	const timeShown = useTimeShown();
	const mean = useAnswer(ownAnswer("overview", "cpu"), "metrics");
	const peak = useAnswer(ownAnswer("overview", "cpuPeak"), "metrics");
	const model = createMemo((): ChartModel | undefined => {
		const [model] = chartModels(mean());
		const busiest = peak().series[0];
		const line = model?.lines[0];
		if (!model || !line) return undefined;
		return {
			...model,
			lines: [
				{ ...line, name: "mean of workers" },
				...(busiest ? [{ key: "max", name: "busiest worker", values: busiest.values.slice(-model.length) }] : []),
			],
		};
	});
	return (
		<Panel title="CPU" class="area-cpu" note={timeShown(model())}>
			<Show when={model()} fallback={<NotReported metric="cpu_percent" />}>
				{(drawn) => <Chart kind="line" model={drawn()} label="CPU in percent of one core" />}
			</Show>
		</Panel>
	);
}

export function MemoryChart(): JSX.Element {
	const timeShown = useTimeShown();
	const memory = useAnswer(ownAnswer("overview", "memory"), "metrics");
	const model = createMemo((): ChartModel | undefined => {
		const [model] = chartModels(memory());
		const line = model?.lines[0];
		return model && line && { ...model, lines: [{ ...line, name: "all workers" }] };
	});
	return (
		<Panel title="Memory" class="area-memory" note={timeShown(model())}>
			<Show when={model()} fallback={<NotReported metric="memory_mb" />}>
				{(drawn) => <Chart kind="area" model={drawn()} label="Memory of all workers" />}
			</Show>
		</Panel>
	);
}

function NotReported(props: { metric: string }): JSX.Element {
	return (
		<Empty>
			The colony reports no <code>{props.metric}</code>.
		</Empty>
	);
}
