import { For, type JSX, Show } from "solid-js";
import type { Health } from "../../../colony-bridge/protocol/state.ts";
import type { WorkerRow } from "../../../colony-bridge/protocol/view.ts";
import { Sparkline } from "../../chart/Sparkline.tsx";
import type { Column } from "../../elements/DataTable.tsx";
import { Glyph, State } from "../../elements/Glyph.tsx";
import { CLUSTER, WORKER } from "../../elements/states.ts";
import { Since } from "../../elements/Time.tsx";
import { count, quantity, unitOf } from "../../format/number.ts";

/** The last minutes of a worker's numbers, by its id. */
export interface History {
	cpu(id: string): readonly (number | null)[] | undefined;
	memory(id: string): readonly (number | null)[] | undefined;
}

/** Numbers with a column of their own; the others stand together. */
const OWN = new Set(["cpu_percent", "memory_mb", "tasks_active"]);
/** As many of the others as fit a line of the table. */
const MOST_OTHERS = 3;

export function workerColumns(history: History): Column<WorkerRow>[] {
	return [
		{ head: "Worker", names: true, cell: (worker) => <WorkerName worker={worker} /> },
		{ head: "Status", cell: (worker) => <State look={WORKER[worker.status]} /> },
		{ head: "Health", cell: (worker) => <HealthCell health={worker.health} message={worker.message} /> },
		{ head: "CPU", number: true, cell: (worker) => <Measured value={worker.values.cpu_percent} unit="percent" line={history.cpu(worker.id)} max={100} /> },
		{ head: "Memory", number: true, cell: (worker) => <Measured value={worker.values.memory_mb} unit="megabytes" line={history.memory(worker.id)} /> },
		{ head: "Tasks", wide: true, cell: (worker) => <Tasks ids={worker.tasks} active={worker.values.tasks_active} /> },
		{ head: "Other numbers", cell: (worker) => <Others values={worker.values} /> },
		{ head: "Restarts", number: true, cell: (worker) => (worker.restarts === undefined ? "–" : count(worker.restarts)) },
		{
			head: "Up",
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
		<span class="named" title={[props.worker.id, where()].filter(Boolean).join(" · ")}>
			<span class="cut">{props.worker.id}</span>
			<Show when={props.worker.role}>
				<span class="quiet cut">{props.worker.role}</span>
			</Show>
		</span>
	);
}

/** A worker that says nothing about its health has its message only. */
function HealthCell(props: { health: Health | undefined; message: string | undefined }): JSX.Element {
	return (
		<span class="named" title={props.message}>
			<Show when={props.health} fallback={<Show when={!props.message}>–</Show>}>
				{(health) => (
					<span class="state">
						<Glyph shape={CLUSTER[health()].shape} tone={CLUSTER[health()].tone} />
						{health()}
					</span>
				)}
			</Show>
			<Show when={props.message}>
				<span class="quiet cut message">{props.message}</span>
			</Show>
		</span>
	);
}

function Measured(props: { value: number | undefined; unit: string; line: readonly (number | null)[] | undefined; max?: number }): JSX.Element {
	return (
		<span class="measured">
			<Show when={props.line} fallback={<span class="spark" />}>
				{(line) => <Sparkline values={line()} max={props.max} />}
			</Show>
			<span class="measured-number">{props.value === undefined ? "–" : quantity(props.value, props.unit)}</span>
		</span>
	);
}

function Tasks(props: { ids: string[] | undefined; active: number | undefined }): JSX.Element {
	const active = () => props.active ?? props.ids?.length;
	return (
		<span class="named" title={props.ids?.join(", ")}>
			<span>{active() === undefined ? "–" : count(active() ?? 0)}</span>
			<Show when={props.ids?.length}>
				<span class="quiet mono cut message">{props.ids?.join(", ")}</span>
			</Show>
		</span>
	);
}

function Others(props: { values: Record<string, number> }): JSX.Element {
	const names = () => Object.keys(props.values).filter((name) => !OWN.has(name));
	const text = (name: string) => `${name.replaceAll("_", " ")} ${quantity(props.values[name] ?? Number.NaN, unitOf(name))}`;
	return (
		<Show when={names().length > 0} fallback={<span class="quiet">–</span>}>
			<span class="others" title={names().map(text).join("\n")}>
				<For each={names().slice(0, MOST_OTHERS)}>
					{(name) => (
						<span class="other">
							<span class="quiet">{name.replaceAll("_", " ")}</span> {quantity(props.values[name] ?? Number.NaN, unitOf(name))}
						</span>
					)}
				</For>
				<Show when={names().length > MOST_OTHERS}>
					<span class="quiet">and {names().length - MOST_OTHERS} more</span>
				</Show>
			</span>
		</Show>
	);
}
