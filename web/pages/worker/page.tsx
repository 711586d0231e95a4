import { createEffect, createMemo, type JSX, on, Show } from "solid-js";
import { workerOf } from "../../../colony-bridge/protocol/pages/pages.ts";
import { Empty, Panel, Shown } from "../../components/Panel.tsx";
import { CommandList } from "../../control/CommandList.tsx";
import { ControlDialog } from "../../control/ControlDialog.tsx";
import { createControl } from "../../control/control.ts";
import { useAnswer, usePage } from "../../page/context.tsx";
import { Drawn } from "../detail/Drawn.tsx";
import { Numbers } from "../detail/Numbers.tsx";
import { RecentEvents } from "../detail/RecentEvents.tsx";
import { ActiveTasks } from "../tasks/ActiveTasks.tsx";
import { CompletedTasks } from "../tasks/CompletedTasks.tsx";
import { drawingsOf } from "./drawings.ts";
import { Status } from "./Status.tsx";
import { Trouble } from "./Trouble.tsx";
import { Way } from "./Way.tsx";

/** One worker. Its history remains after the worker is removed. */
export default function WorkerPage(): JSX.Element {
	const page = usePage();
	const id = () => workerOf(page.input.page) ?? "";
	const workers = useAnswer("worker");
	const worker = () => workers().rows[0];
	const gauges = useAnswer("gauges");
	const rates = useAnswer("rates");
	const restarts = useAnswer("restarts");
	const tasks = useAnswer("tasks");
	const ended = useAnswer("ended");
	const errors = useAnswer("errorGroups");
	const logs = useAnswer("logs");
	const marks = useAnswer("marks");
	const control = createControl();
	const drawings = createMemo(() => drawingsOf({ gauges: gauges(), rates: rates(), restarts: restarts() }));
	// The drawn metrics are fixed when the page is created: a newly reported one requests the page again.
	const names = createMemo(() => Object.keys(worker()?.values ?? {}).join("\n"));
	createEffect(on(names, (now, before = "") => now.length > before.length && page.url.reload(), { defer: true }));
	return (
		<div class="stack">
			<Way id={id()} />
			<Show
				when={worker()}
				fallback={
					<Panel title="Status" class="whole">
						<Empty>The colony no longer lists this worker.</Empty>
					</Panel>
				}
			>
				{(known) => (
					<>
						<Trouble worker={known()} task={ended().rows[0]} line={logs().rows[0]} />
						<Status worker={known()} control={control} />
					</>
				)}
			</Show>
			<Show
				when={drawings().size > 0}
				fallback={
					<Panel title="Charts" class="drawn-none">
						<Empty>No metrics of this worker in this time range.</Empty>
					</Panel>
				}
			>
				<Drawn drawings={drawings()} of="worker" />
			</Show>
			<div class="pair worker-tasks">
				<Panel title="Running tasks" note={<Shown of={tasks()} one="task" />}>
					<ActiveTasks rows={tasks().rows} ofOne />
				</Panel>
				<Panel
					title="Finished tasks"
					note={
						<>
							<Shown of={ended()} one="task" />, more in{" "}
							<a class="worker-link" href={page.links.hrefWith("/tasks", { worker: id().toWellFormed() })}>
								the history
							</a>
						</>
					}
				>
					<CompletedTasks rows={ended().rows} ofOne />
				</Panel>
			</div>
			<RecentEvents errors={errors()} marks={marks()} logs={logs()} />
			<Numbers of="worker" id={id()} values={worker()?.values ?? {}} stale={worker()?.stale ?? {}} />
			<CommandList control={control} />
			<Show when={control.mayAct}>
				<ControlDialog control={control} />
			</Show>
		</div>
	);
}
