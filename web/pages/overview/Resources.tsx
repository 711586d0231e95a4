import { createMemo, type JSX, Show } from "solid-js";
import type { SeriesColumn } from "../../../colony-bridge/protocol/query/view.ts";
import { Chart } from "../../chart/Chart.tsx";
import { type ChartModel, chartModels } from "../../chart/model.ts";
import { useTimeShown } from "../../chart/page-clock.ts";
import { NoData, Panel } from "../../components/Panel.tsx";
import { useAnswer } from "../../page/context.tsx";

/** The owner of a line aggregated from these series: a metric without a worker label is not a worker's. */
function whose({ across }: SeriesColumn): { workers: boolean; many: number } {
	return { workers: across?.labels.includes("worker") ?? false, many: across?.series ?? 0 };
}

function lineName(column: SeriesColumn, how: { workers: string; series: string }): string {
	const { workers, many } = whose(column);
	if (workers) return how.workers;
	return many > 1 ? how.series : "colony as a whole";
}

/** Mean and maximum in one chart: the mean hides a single stuck worker. */
export function CpuChart(): JSX.Element {
	const timeShown = useTimeShown();
	const mean = useAnswer("cpu");
	const peak = useAnswer("cpuPeak");
	const model = createMemo((): ChartModel | undefined => {
		const [model] = chartModels(mean());
		const [column] = mean().series;
		const busiest = peak().series[0];
		const line = model?.lines[0];
		if (!model || !line || !column) return undefined;
		const { workers, many } = whose(column);
		const name = workers ? "busiest worker" : "highest of them";
		return {
			...model,
			lines: [
				{ ...line, name: lineName(column, { workers: "mean of workers", series: "mean of all series" }) },
				// With one series they are equal.
				...(busiest && (workers || many > 1) ? [{ key: "max", name, values: busiest.values.slice(-model.length) }] : []),
			],
		};
	});
	return (
		<Panel title="CPU" class="area-cpu" note={timeShown(model())}>
			<Show when={model()} fallback={<NoData />}>
				{(drawn) => <Chart kind="line" model={drawn()} label="CPU in percent of one core" />}
			</Show>
		</Panel>
	);
}

export function MemoryChart(): JSX.Element {
	const timeShown = useTimeShown();
	const memory = useAnswer("memory");
	const name = (column: SeriesColumn) => lineName(column, { workers: "all workers", series: "sum of all series" });
	const model = createMemo((): ChartModel | undefined => {
		const [model] = chartModels(memory());
		const [column] = memory().series;
		const line = model?.lines[0];
		return model && line && column && { ...model, lines: [{ ...line, name: name(column) }] };
	});
	return (
		<Panel title="Memory" class="area-memory" note={timeShown(model())}>
			<Show when={model()} fallback={<NoData />}>
				{(drawn) => <Chart kind="area" model={drawn()} label={`Memory, ${drawn().lines[0]?.name}`} />}
			</Show>
		</Panel>
	);
}
