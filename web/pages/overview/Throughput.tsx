import { createMemo, type JSX, Show } from "solid-js";
import type { Metrics } from "../../../colony-bridge/protocol/query/view.ts";
import { Chart } from "../../chart/Chart.tsx";
import { type ChartModel, chartModels } from "../../chart/model.ts";
import { useTimeShown } from "../../chart/page-clock.ts";
import { Empty, Panel } from "../../components/Panel.tsx";
import { useAnswer } from "../../page/context.tsx";

const NAMES: Record<string, string> = { tasks_completed: "completed", tasks_failed: "failed", tasks_total: "ended" };

/** The total is for colonies that do not count the completed by themselves. */
function counted(ended: Metrics): Metrics {
	const apart = ended.series.some(({ name }) => name === "tasks_completed");
	return apart ? { ...ended, series: ended.series.filter(({ name }) => name !== "tasks_total") } : ended;
}

/** Tasks that ended in a second. */
export function TaskRate(): JSX.Element {
	const timeShown = useTimeShown();
	const ended = useAnswer("taskRates");
	const model = createMemo((): ChartModel | undefined => {
		const [model] = chartModels(counted(ended()));
		return model && { ...model, unit: "tasks/s", lines: model.lines.map((line) => ({ ...line, name: NAMES[line.name] ?? line.name })) };
	});
	return (
		<Panel title="Tasks ended" class="area-ended" note={timeShown(model())}>
			<Show
				when={model()}
				fallback={
					<Empty>
						The colony reports neither <code>tasks_completed</code> nor <code>tasks_total</code>.
					</Empty>
				}
			>
				{(drawn) => <Chart kind="line" model={drawn()} label="Tasks that ended, a second" />}
			</Show>
		</Panel>
	);
}

/** Records of all streams in a second; a colony without streams shows how many of its tasks wait. */
export function RecordRate(): JSX.Element {
	const timeShown = useTimeShown();
	const records = useAnswer("records");
	const queued = useAnswer("queued");
	const streams = () => records().series.length > 0;
	const model = createMemo((): ChartModel | undefined => {
		const [model] = streams() ? chartModels(records()) : chartModels(queued());
		const line = model?.lines[0];
		if (!model || !line) return undefined;
		return streams()
			? { ...model, unit: "records/s", lines: [{ ...line, name: "all streams" }] }
			: { ...model, unit: model.unit ?? "tasks", lines: [{ ...line, name: "queued tasks" }] };
	});
	return (
		<Panel title={streams() ? "Stream records" : "Queue depth"} class="area-records" note={timeShown(model())}>
			<Show
				when={model()}
				fallback={
					<Empty>
						The colony reports neither <code>stream_records_total</code> nor <code>tasks_queued</code>.
					</Empty>
				}
			>
				{(drawn) => <Chart kind="area" model={drawn()} label={streams() ? "Records of all streams, a second" : "Tasks that wait"} />}
			</Show>
		</Panel>
	);
}
