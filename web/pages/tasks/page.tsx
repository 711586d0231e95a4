import { createMemo, type JSX, Show } from "solid-js";
import { Chart } from "../../chart/Chart.tsx";
import { chartModels } from "../../chart/model.ts";
import { useTimeShown } from "../../chart/page-clock.ts";
import { Empty, Panel, Shown } from "../../components/Panel.tsx";
import { Tally } from "../../components/Tally.tsx";
import { useAnswer, usePage } from "../../page/context.tsx";
import { TableTools } from "../../table/TableTools.tsx";
import { ErrorGroups } from "../detail/ErrorGroups.tsx";
import { ActiveTasks } from "./ActiveTasks.tsx";
import { History } from "./History.tsx";
import { StreamPanel } from "./StreamPanel.tsx";
import { TaskDetails } from "./TaskDetails.tsx";
import { TaskNames } from "./TaskNames.tsx";

export default function Tasks(): JSX.Element {
	const timeShown = useTimeShown();
	const page = usePage();
	const counts = () => page.data.cluster().tasks;
	const active = useAnswer("tasks");
	const kinds = useAnswer("taskStats");
	const failed = useAnswer("errorGroups");
	const task = useAnswer("task");
	const queued = useAnswer("queued");
	const model = createMemo(() => {
		const [model] = chartModels(queued());
		const line = model?.lines[0];
		return model && line && { ...model, unit: model.unit ?? "tasks", lines: [{ ...line, name: "queued tasks" }] };
	});
	return (
		<div class="stack">
			<Tally
				of={[
					["Active", counts().active],
					["Queued", counts().queued],
					["Completed", counts().completed],
					["Failed", counts().failed],
					["Cancelled", counts().cancelled],
					...(counts().no_result > 0 ? [["No result", counts().no_result] as [string, number]] : []),
				]}
			/>
			<Show when={task().view}>{(one) => <TaskDetails task={one()} />}</Show>
			<StreamPanel />
			<div class="pair">
				<Panel title="Active tasks" class="tasks-panel">
					<ActiveTasks rows={active().rows} of={active()} answer="tasks" tools={TableTools} />
				</Panel>
				<Panel title="Queue depth" class="tasks-panel" note={timeShown(model() || undefined)}>
					<Show
						when={model()}
						fallback={
							<Empty>
								<span>
									The colony reports no <code>tasks_queued</code>.
								</span>
							</Empty>
						}
					>
						{(drawn) => <Chart kind="area" model={drawn()} label="Queued tasks" />}
					</Show>
				</Panel>
			</div>
			<div class="pair">
				<Panel title="By name" class="tasks-panel" note={<Shown of={kinds()} one="name" />}>
					<TaskNames rows={kinds().rows} />
				</Panel>
				<Show when={failed().rows.length > 0}>
					<ErrorGroups class="tasks-panel" />
				</Show>
			</div>
			<History />
		</div>
	);
}
