import { type JSX, Show } from "solid-js";
import type { WorkerRow } from "../../../colony-bridge/protocol/view.ts";
import { Sparkline } from "../../chart/Sparkline.tsx";
import type { Column } from "../../elements/DataTable.tsx";
import { State } from "../../elements/Glyph.tsx";
import { OtherNumbers } from "../../elements/OtherNumbers.tsx";
import { CLUSTER, WORKER } from "../../elements/states.ts";
import { Since } from "../../elements/Time.tsx";
import { WorkerLink } from "../../elements/WorkerLink.tsx";
import { count, quantity } from "../../format/number.ts";

/** The last minutes of a worker's numbers, by its id. */
export interface History {
	cpu(id: string): readonly (number | null)[] | undefined;
	memory(id: string): readonly (number | null)[] | undefined;
}

/** Numbers with a column of their own; the others stand together. */
const OWN = new Set(["cpu_percent", "memory_mb", "tasks_active"]);

/** @param control a column for those who may act: near the name, so that it is in sight where the table is wider than its place. */
export function workerColumns(history: History, control: Column<WorkerRow>[] = []): Column<WorkerRow>[] {
	return [
		{ head: "Worker", size: 14, names: true, cell: (worker) => <WorkerName worker={worker} /> },
		{ head: "Status", size: 16, cell: (worker) => <Status worker={worker} /> },
		...control,
		{
			head: "CPU",
			size: 20,
			number: true,
			cell: (worker) => <Measured value={worker.values.cpu_percent} unit="percent" line={history.cpu(worker.id)} max={100} />,
		},
		{
			head: "Memory",
			size: 20,
			number: true,
			cell: (worker) => <Measured value={worker.values.memory_mb} unit="megabytes" line={history.memory(worker.id)} />,
		},
		{ head: "Tasks", size: 12, cell: (worker) => <Tasks ids={worker.tasks} active={worker.values.tasks_active} /> },
		{ head: "Other numbers", size: 28, cell: (worker) => <OtherNumbers values={worker.values} besides={OWN} /> },
		{ head: "Restarts", size: 9, number: true, cell: (worker) => (worker.restarts === undefined ? "–" : count(worker.restarts)) },
		{
			head: "Up",
			size: 12,
			number: true,
			cell: (worker) => (
				<Show when={worker.startedAt} fallback="–">
					{(at) => <Since at={at()} />}
				</Show>
			),
		},
	];
}

function WorkerName(props: { worker: WorkerRow }): JSX.Element {
	const where = () => [props.worker.host, props.worker.pid !== undefined && `pid ${props.worker.pid}`].filter(Boolean).join(" · ");
	return (
		<span class="lines-2" title={[props.worker.id, where()].filter(Boolean).join(" · ")}>
			<WorkerLink id={props.worker.id} />
			<Show when={props.worker.role}>
				<span class="quiet cut">{props.worker.role}</span>
			</Show>
		</span>
	);
}

/** What it does; beneath, its health and why. A worker that says nothing about its health has no second line. */
function Status(props: { worker: WorkerRow }): JSX.Element {
	return (
		<span class="lines-2" title={props.worker.message}>
			<State look={WORKER[props.worker.status]} />
			<Show when={props.worker.health ?? props.worker.message}>
				<span class="quiet cut">
					<Show when={props.worker.health}>
						{(health) => <span class={health() === "healthy" ? undefined : `tone-${CLUSTER[health()].tone}`}>{health()}</span>}
					</Show>
					<Show when={props.worker.message}>
						{props.worker.health ? ": " : ""}
						{props.worker.message}
					</Show>
				</span>
			</Show>
		</span>
	);
}

function Measured(props: {
	value: number | undefined;
	unit: string;
	line: readonly (number | null)[] | undefined;
	max?: number;
}): JSX.Element {
	return (
		<span class="measured">
			<Show when={props.line} fallback={<span class="spark" />}>
				{(line) => <Sparkline values={line()} max={props.max} />}
			</Show>
			<span class="measured-number">{props.value === undefined ? "–" : quantity(props.value, props.unit)}</span>
		</span>
	);
}

/** How many, and which. */
function Tasks(props: { ids: string[] | undefined; active: number | undefined }): JSX.Element {
	const active = () => props.active ?? props.ids?.length;
	return (
		<span class="lines-2" title={props.ids?.join(", ")}>
			<span>{active() === undefined ? "–" : count(active() ?? 0)}</span>
			<Show when={props.ids?.length}>
				<span class="quiet mono cut">{props.ids?.join(", ")}</span>
			</Show>
		</span>
	);
}
