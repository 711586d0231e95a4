import { type JSX, Show } from "solid-js";
import type { WorkerRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { Sparkline } from "../../chart/Sparkline.tsx";
import { StatusLabel } from "../../components/Glyph.tsx";
import { WorkerLink } from "../../components/Links.tsx";
import { OtherNumbers } from "../../components/OtherNumbers.tsx";
import { CLUSTER, WORKER } from "../../components/status.ts";
import { Ago, LastHeard, Since } from "../../components/Time.tsx";
import { metricText } from "../../format/instant.ts";
import { count, quantity } from "../../format/number.ts";
import { usePage } from "../../page/context.tsx";
import type { Column } from "../../table/DataTable.tsx";

/** The last minutes of a worker's numbers, by its id. */
export interface History {
	cpu(id: string): readonly (number | null)[] | undefined;
	memory(id: string): readonly (number | null)[] | undefined;
}

/** Numbers with a column of their own; the others stand together, and each has a column for who asks for it. */
const OWN = new Set(["cpu_percent", "memory_mb", "tasks_active"]);

/** @param control a column for those who may act: near the name, so that it is in sight where the table is wider than its place. */
export function workerColumns(history: History, control: Column<WorkerRow>[]): Column<WorkerRow>[] {
	return [
		{ head: "Worker", id: "id", size: 14, names: true, value: ({ id }) => id, cell: (worker) => <WorkerName worker={worker} /> },
		{ head: "Status", id: "status", size: 16, value: ({ status }) => status, cell: (worker) => <Status worker={worker} /> },
		...control,
		{
			head: "CPU",
			id: "cpu_percent",
			size: 20,
			number: true,
			value: ({ values }) => values.cpu_percent,
			cell: (worker) => <Measured value={worker.values.cpu_percent} unit="percent" line={history.cpu(worker.id)} max={100} />,
		},
		{
			head: "Memory",
			id: "memory_mb",
			size: 20,
			number: true,
			value: ({ values }) => values.memory_mb,
			cell: (worker) => <Measured value={worker.values.memory_mb} unit="megabytes" line={history.memory(worker.id)} />,
		},
		{
			head: "Tasks",
			id: "tasks",
			size: 12,
			value: ({ tasks, values }) => tasks?.length ?? values.tasks_active,
			cell: (worker) => <Tasks ids={worker.tasks} active={worker.values.tasks_active} />,
		},
		{
			head: "More metrics",
			id: "other",
			size: 28,
			cell: (worker) => <OtherNumbers values={worker.values} stale={worker.stale} besides={OWN} />,
		},
		{
			head: "Restarts",
			id: "restarts",
			size: 9,
			number: true,
			value: ({ restarts }) => restarts,
			cell: (worker) => (worker.restarts === undefined ? "–" : count(worker.restarts)),
		},
		{
			head: "Up",
			id: "startedAt",
			size: 12,
			number: true,
			value: ({ startedAt }) => (startedAt === undefined ? undefined : new Date(startedAt)),
			cell: (worker) => (
				<Show when={worker.startedAt} fallback="–">
					{(at) => <Since at={at()} until={worker.silentSince} />}
				</Show>
			),
		},
		text("Role", "role"),
		text("Health", "health"),
		text("Reason", "message"),
		text("Host", "host"),
		{ ...text("Process", "pid"), number: true },
		text("Bridge", "bridge"),
		{ head: "Last change", id: "at", size: 12, optional: true, value: ({ at }) => new Date(at), cell: (worker) => <Ago at={worker.at} /> },
	];
}

/** A worker's properties, as the colony reports them. */
function text(head: string, field: "role" | "health" | "message" | "host" | "pid" | "bridge"): Column<WorkerRow> {
	return {
		head,
		id: field,
		size: 14,
		optional: true,
		value: (worker) => worker[field],
		cell: (worker) => (
			<span class="cut" title={String(worker[field] ?? "")}>
				{worker[field] ?? "–"}
			</span>
		),
	};
}

/** One of a worker's further numbers. @param metric a name as in its `values` */
export function metricColumn(metric: string): Column<WorkerRow> {
	return {
		head: metric,
		id: metric,
		size: 14,
		number: true,
		optional: true,
		value: ({ values }) => values[metric],
		cell: ({ values }) => <Reported metric={metric} value={values[metric]} />,
	};
}

/** Numbers that have no column among those that every table of workers has. */
export const furtherMetrics = (rows: readonly WorkerRow[]): string[] =>
	[...new Set(rows.flatMap(({ values }) => Object.keys(values)))].filter((name) => !OWN.has(name)).sort();

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

/** Status, and in a second line health with its reason, where the worker reports health. */
function Status(props: { worker: WorkerRow }): JSX.Element {
	return (
		<span class="lines-2" title={props.worker.message}>
			<StatusLabel mark={WORKER[props.worker.status]} />
			<LastHeard of={props.worker} marks={WORKER} />
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

/** Number of tasks, and their links. */
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

function Reported(props: { metric: string; value: number | undefined }): JSX.Element {
	const page = usePage();
	return <>{props.value === undefined ? "–" : metricText(props.metric, props.value, page.time.now)}</>;
}
