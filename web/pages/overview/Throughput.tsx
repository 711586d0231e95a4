import { createMemo, type JSX, Show } from "solid-js";
import type { Metrics } from "../../../colony-bridge/protocol/query/view.ts";
import { Chart } from "../../chart/Chart.tsx";
import { type ChartModel, chartModels, named } from "../../chart/model.ts";
import { useTimeShown } from "../../chart/page-clock.ts";
import { NoData, Panel } from "../../components/Panel.tsx";
import { useAnswer } from "../../page/context.tsx";

const NAMES: Record<string, string> = { tasks_completed: "completed", tasks_failed: "failed", tasks_total: "ended" };

/** The total is for colonies without a counter of completed tasks. */
function endedApart(ended: Metrics): Metrics {
	const apart = ended.series.some(({ name }) => name === "tasks_completed");
	return apart ? { ...ended, series: ended.series.filter(({ name }) => name !== "tasks_total") } : ended;
}

/** Tasks ended per second. */
export function TaskRate(): JSX.Element {
	const timeShown = useTimeShown();
	const ended = useAnswer("taskRates");
	const model = createMemo((): ChartModel | undefined => {
		const [model] = chartModels(endedApart(ended()));
		return model && { ...named(model, ({ metric = "" }) => NAMES[metric]), unit: "tasks/s" };
	});
	return (
		<Panel title="Tasks ended" class="area-ended" note={timeShown(model())}>
			<Show when={model()} fallback={<NoData />}>
				{(drawn) => <Chart kind="line" model={drawn()} label="Tasks ended per second" />}
			</Show>
		</Panel>
	);
}

/** The lag of the stream farthest behind; for colonies without lag, the number of queued tasks. */
export function WorstLag(): JSX.Element {
	const timeShown = useTimeShown();
	const lag = useAnswer("lagOfWorst");
	const queued = useAnswer("queued");
	const streams = () => lag().series.length > 0;
	const model = createMemo((): ChartModel | undefined => {
		const [model] = chartModels(streams() ? lag() : queued());
		const line = model?.lines[0];
		if (!model || !line) return undefined;
		return {
			...model,
			unit: model.unit ?? (streams() ? "seconds" : "tasks"),
			lines: [{ ...line, name: streams() ? "worst stream" : "queued tasks" }],
		};
	});
	return (
		<Panel title={streams() ? "Stream lag" : "Queue depth"} class="area-records" note={timeShown(model())}>
			<Show when={model()} fallback={<NoData />}>
				{(drawn) => <Chart kind="area" model={drawn()} label={streams() ? "Lag of the worst stream" : "Queued tasks"} />}
			</Show>
		</Panel>
	);
}
