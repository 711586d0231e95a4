import { createMemo, type JSX, Show } from "solid-js";
import type { Metrics } from "../../../colony-bridge/protocol/query/view.ts";
import { CombPanel } from "../../comb/CombPanel.tsx";
import { Panel, Shown } from "../../components/Panel.tsx";
import { useAnswer, usePage } from "../../page/context.tsx";
import { ActiveTasks } from "../tasks/ActiveTasks.tsx";
import { Roles } from "./Counts.tsx";
import { Frame } from "./Frame.tsx";
import { createHive, HivePanel } from "./Hive.tsx";
import { CpuChart, MemoryChart } from "./Resources.tsx";
import { TaskRate, WorstLag } from "./Throughput.tsx";

/** Metrics that can colour the comb here; the Workers page offers all. */
const METRICS = ["cpu_percent", "memory_mb", "tasks_active"];

/** True if series of these metrics exist or existed. */
const known = (answer: () => Metrics, metrics = 1) => createMemo(() => answer().unknown.length < metrics);

export default function Overview(): JSX.Element {
	const page = usePage();
	const tasks = useAnswer("tasks");
	const hive = createHive();
	const reported = () => page.data.cluster().reported;
	const cpu = known(useAnswer("cpu"));
	const memory = known(useAnswer("memory"));
	const ended = known(useAnswer("taskRates"), 3);
	const lag = known(useAnswer("lagOfWorst"));
	const queued = known(useAnswer("queued"));
	const behind = () => lag() || queued();
	return (
		<Frame
			has={{ tasks: reported().tasks !== undefined, hive: hive.reported() }}
			tasks={
				<Show when={reported().tasks}>
					<Panel title="Tasks in progress" class="area-tasks" note={<Shown of={tasks()} one="task" />}>
						<ActiveTasks rows={tasks().rows} />
					</Panel>
				</Show>
			}
			hive={
				<Show when={hive.reported()}>
					<HivePanel hive={hive} />
				</Show>
			}
		>
			<div
				class="overview-grid"
				data-comb={reported().workers && ""}
				data-charts={Number(cpu()) + Number(memory()) + Number(ended()) + Number(behind())}
			>
				<Show when={reported().workers}>
					<CombPanel title="Workers" class="area-comb" metrics={METRICS} gone={reported().workers}>
						<Roles />
					</CombPanel>
				</Show>
				<Show when={cpu()}>
					<CpuChart />
				</Show>
				<Show when={memory()}>
					<MemoryChart />
				</Show>
				<Show when={ended()}>
					<TaskRate />
				</Show>
				<Show when={behind()}>
					<WorstLag />
				</Show>
			</div>
		</Frame>
	);
}
