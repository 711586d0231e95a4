import { For, type JSX, Show } from "solid-js";
import { CombPanel } from "../../comb/CombPanel.tsx";
import { CheckLine } from "../../components/CheckLine.tsx";
import { MarkList } from "../../components/MarkList.tsx";
import { Empty, Panel, Shown } from "../../components/Panel.tsx";
import { ScrollBox } from "../../components/ScrollBox.tsx";
import { useAnswer, Widgets } from "../../page/context.tsx";
import { ActiveTasks } from "../tasks/ActiveTasks.tsx";
import { Counts, Roles } from "./Counts.tsx";
import { ErrorGroups } from "./ErrorGroups.tsx";
import { createHive, HivePanel } from "./Hive.tsx";
import { LeftOut } from "./LeftOut.tsx";
import { CpuChart, MemoryChart } from "./Resources.tsx";
import { TaskRate, WorstLag } from "./Throughput.tsx";
import { VerdictBand } from "./VerdictBand.tsx";

/** Metrics that can colour the comb here; the Workers page offers all. */
const METRICS = ["cpu_percent", "memory_mb", "tasks_active"];

export default function Overview(): JSX.Element {
	const tasks = useAnswer("tasks");
	const errors = useAnswer("errorGroups");
	const checks = useAnswer("checks");
	const marks = useAnswer("marks");
	const hive = createHive();
	return (
		<div class="overview">
			<VerdictBand />
			<LeftOut />
			<Counts />
			<Widgets />
			<div class="overview-grid" data-hive={hive.reported() ? "" : undefined}>
				<CombPanel title="Workers" class="area-comb" metrics={METRICS}>
					<Roles />
				</CombPanel>
				<CpuChart />
				<MemoryChart />
				<TaskRate />
				<WorstLag />
				<Panel title="Tasks in progress" class="area-tasks" note={<Shown of={tasks()} one="task" />}>
					<ActiveTasks rows={tasks().rows} />
				</Panel>
				<Panel title="Errors" class="area-errors" note={<Shown of={errors()} one="kind" />}>
					<ErrorGroups rows={errors().rows} />
				</Panel>
				<Panel title="Checks" anchor="checks" class="area-checks" note={<Shown of={checks()} one="check" />}>
					<Show when={checks().rows.length > 0} fallback={<Empty>The colony reports no checks.</Empty>}>
						<ScrollBox class="lines" label="Checks">
							<ul>
								<For each={checks().rows}>{(check) => <CheckLine id={check.id} check={check} />}</For>
							</ul>
						</ScrollBox>
					</Show>
				</Panel>
				<Panel title="Events" anchor="events" class="area-marks" note={<Shown of={marks()} one="event" />}>
					<MarkList rows={marks().rows} none="No restart, scaling, gap or silence yet." />
				</Panel>
				<Show when={hive.reported()}>
					<HivePanel hive={hive} />
				</Show>
			</div>
		</div>
	);
}
