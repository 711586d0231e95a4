import { type JSX, Show } from "solid-js";
import { CommandList } from "../../control/CommandList.tsx";
import { ControlDialog } from "../../control/ControlDialog.tsx";
import { createControl } from "../../control/control.ts";
import { ErrorList } from "../../elements/ErrorList.tsx";
import { Empty, Panel, Shown } from "../../elements/Panel.tsx";
import { quantity, unitOf } from "../../format/number.ts";
import { usePage } from "../../page-context.tsx";
import { LogLines } from "../../widgets/log/LogLines.tsx";
import { ActiveTasks } from "../tasks/ActiveTasks.tsx";
import { EndedTasks } from "../tasks/EndedTasks.tsx";
import { placeOf, useOwn } from "./answers.ts";
import { Charts, Numbers } from "./Charts.tsx";
import { Status } from "./Status.tsx";

/** All there is about one worker. What has happened stays readable when the worker is gone. */
export default function WorkerPage(): JSX.Element {
	const page = usePage();
	const workers = useOwn("worker", "workers");
	const worker = () => workers().rows[0];
	const tasks = useOwn("tasks", "tasks");
	const ended = useOwn("ended", "ended");
	const errors = useOwn("errors", "errors");
	const logs = useOwn("logs", "logs");
	const control = createControl(placeOf("commands"));
	return (
		<div class="stack">
			<p>
				<a class="worker-link" href={page.href("/workers")}>
					All workers
				</a>
			</p>
			<Show
				when={worker()}
				fallback={
					<Panel title="Status" class="whole">
						<Empty>The colony no longer lists this worker.</Empty>
					</Panel>
				}
			>
				{(known) => <Status worker={known()} control={control} />}
			</Show>
			<Charts />
			<div class="pair">
				<Panel title="Tasks it runs" class="medium" note={<Shown of={tasks()} one="task" />}>
					<ActiveTasks rows={tasks().rows} />
				</Panel>
				<Panel title="Tasks it ran" class="medium" note={<Shown of={ended()} one="task" />}>
					<EndedTasks rows={ended().rows} />
				</Panel>
			</div>
			<div class="pair">
				<Panel title="Errors" class="tall" note={<Shown of={errors()} one="error" />}>
					<ErrorList rows={errors().rows} />
				</Panel>
				<Panel title="Logs" class="tall" note={<Shown of={logs()} one="line" />}>
					<LogLines rows={logs().rows} label="Logs" />
				</Panel>
			</div>
			<Panel title="All its numbers" class="whole">
				<Numbers values={worker()?.values ?? {}} words={(name) => quantity(worker()?.values[name] ?? Number.NaN, unitOf(name))} />
			</Panel>
			<CommandList control={control} />
			<Show when={control.mayAct}>
				<ControlDialog control={control} />
			</Show>
		</div>
	);
}
