import type { JSX } from "solid-js";
import type { WorkerRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { StatusLabel } from "../../components/Glyph.tsx";
import { WorkerLink } from "../../components/Links.tsx";
import { WORKER } from "../../components/status.ts";
import { Ago, LastHeard } from "../../components/Time.tsx";
import { metricText } from "../../format/metric-text.ts";
import { total } from "../../format/number.ts";
import { usePage } from "../../page/context.tsx";
import type { Column } from "../../table/DataTable.tsx";
import { Measured } from "../../table/Measured.tsx";
import { Uptime } from "../detail/Uptime.tsx";

/** Recent values of a worker's metrics, by id. */
export interface History {
	cpu(id: string): readonly (number | null)[] | undefined;
	memory(id: string): readonly (number | null)[] | undefined;
}

/** Metrics with a standard column; others have optional ones. */
const OWN = new Set(["cpu_percent", "memory_mb", "tasks_active"]);

/** @param control column of actions, near the name so that it is visible in a wide table @param past column of status strips */
export function workerColumns(history: History, control: Column<WorkerRow>[], past: Column<WorkerRow>): Column<WorkerRow>[] {
	return [
		{
			head: "Worker",
			id: "id",
			size: 12,
			names: true,
			value: ({ id }) => id,
			text: ({ id }) => id,
			cell: (worker, among) => <WorkerLink id={worker.id} among={among()} />,
		},
		{
			head: "Status",
			id: "status",
			size: 12,
			value: ({ status }) => status,
			prose: true,
			text: (worker) => `${WORKER[worker.status].word}    ${reasonOf(worker)}`,
			cell: (worker) => <Status worker={worker} />,
		},
		...control,
		past,
		{
			head: "CPU",
			id: "cpu_percent",
			size: 17,
			number: true,
			value: ({ values }) => values.cpu_percent,
			cell: (worker) => <Measured value={worker.values.cpu_percent} unit="percent" line={history.cpu(worker.id)} max={100} />,
		},
		{
			head: "Memory",
			id: "memory_mb",
			size: 18,
			number: true,
			value: ({ values }) => values.memory_mb,
			cell: (worker) => <Measured value={worker.values.memory_mb} unit="megabytes" line={history.memory(worker.id)} />,
		},
		{
			head: "Tasks",
			id: "tasks",
			size: 9,
			number: true,
			value: tasksOf,
			text: (worker) => total(tasksOf(worker)),
			cell: (worker) => <span title={worker.tasks?.join(", ")}>{total(tasksOf(worker))}</span>,
		},
		{ ...text("Role", "role"), optional: false, minor: 4 },
		{
			head: "Restarts",
			minor: 3,
			id: "restarts",
			size: 9,
			number: true,
			value: ({ restarts }) => restarts,
			text: ({ restarts }) => total(restarts),
		},
		{
			head: "Up",
			minor: 1,
			id: "startedAt",
			size: 13,
			number: true,
			value: ({ startedAt }) => (startedAt === undefined ? undefined : new Date(startedAt)),
			cell: (worker) => <Uptime worker={worker} none="–" />,
		},
		text("Health", "health"),
		{ ...text("Reason", "message"), prose: true },
		text("Host", "host"),
		{ ...text("Process", "pid"), number: true },
		text("Bridge", "bridge"),
		{ head: "Last change", id: "at", size: 12, optional: true, value: ({ at }) => new Date(at), cell: (worker) => <Ago at={worker.at} /> },
	];
}

/** A worker's reported properties. */
function text(head: string, field: "role" | "health" | "message" | "host" | "pid" | "bridge"): Column<WorkerRow> {
	return {
		head,
		id: field,
		size: 10,
		optional: true,
		value: (worker) => worker[field],
		text: (worker) => worker[field]?.toString(),
		cell: (worker) => (
			<span class="cut" title={String(worker[field] ?? "")}>
				{worker[field] ?? "–"}
			</span>
		),
	};
}

/** A column of a further metric. @param metric a name in `values` */
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

/** Reported metrics without a standard column. */
export const furtherMetrics = (rows: readonly WorkerRow[]): string[] =>
	[...new Set(rows.flatMap(({ values }) => Object.keys(values)))].filter((name) => !OWN.has(name)).sort();

/** Health if it is not good, with the reported reason. */
const reasonOf = ({ health, message }: WorkerRow): string => [health !== "healthy" && health, message].filter(Boolean).join(": ");

function Status(props: { worker: WorkerRow }): JSX.Element {
	return (
		<span class="named" title={reasonOf(props.worker)}>
			<StatusLabel mark={WORKER[props.worker.status]} />
			<LastHeard of={props.worker} marks={WORKER} />
			<span class={`cut ${props.worker.health === "unhealthy" ? "tone-bad" : "quiet"}`}>{reasonOf(props.worker)}</span>
		</span>
	);
}

const tasksOf = ({ tasks, values }: WorkerRow): number | undefined => values.tasks_active ?? tasks?.length;

function Reported(props: { metric: string; value: number | undefined }): JSX.Element {
	const page = usePage();
	return <>{props.value === undefined ? "–" : metricText(props.metric, props.value, page.time.now)}</>;
}
