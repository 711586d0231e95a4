/** The state of the colony, as tables: workers, tasks, streams, checks, metrics. */
import type { JSX } from "solid-js";
import type { ReportAnswers } from "../../colony-bridge/protocol/pages/report-plan.ts";
import type { CheckRow, NameRow, StreamRow, TaskRow, TaskStatsRow, WorkerRow } from "../../colony-bridge/protocol/query/rows.ts";
import type { RunTaskRow } from "../../colony-bridge/protocol/query/run-rows.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { EndStatus } from "../../colony-bridge/protocol/wire/state.ts";
import { Sparkline } from "../chart/Sparkline.tsx";
import { StatusLabel } from "../components/Glyph.tsx";
import { CHECK, TASK, WORKER } from "../components/status.ts";
import { STREAM } from "../components/stream-status.ts";
import { count, quantity, unitOf } from "../format/number.ts";
import { elapsed } from "../format/time.ts";
import { Instant, type ReportColumn, ReportTable, Section } from "./Section.tsx";

interface Parts {
	answers: ReportAnswers;
	/** ms */
	at: number;
}

const instant = (at: number | undefined) => at !== undefined && <Instant at={at} />;
const lasted = (ms: number | undefined) => (ms === undefined ? undefined : elapsed(ms));
const words = (text: string | undefined) => text && <span class="words">{text}</span>;

/** The status of one that is not heard any more, and its last one. */
const heard = <S extends string>(of: { status: S; lastStatus?: string }) =>
	of.status === NOT_HEARD && of.lastStatus ? ` (${of.lastStatus})` : "";

export function Workers({ answers: { workers } }: Parts): JSX.Element {
	const value = (name: string, unit?: string) => (row: WorkerRow) => {
		const number = row.values[name];
		return number === undefined ? undefined : quantity(number, unit);
	};
	const columns: ReportColumn<WorkerRow>[] = [
		{ head: "Worker", cell: (row) => <b class="words">{row.id}</b> },
		{
			head: "Status",
			cell: (row) => (
				<>
					<StatusLabel mark={WORKER[row.status]} />
					{heard(row)}
				</>
			),
		},
		{ head: "Since", cell: (row) => instant(row.since) },
		{ head: "Health", cell: (row) => row.health },
		{ head: "Message", cell: (row) => words(row.message) },
		{ head: "Role", cell: (row) => row.role },
		{ head: "CPU", number: true, cell: value("cpu_percent", "percent") },
		{ head: "Memory", number: true, cell: value("memory_mb", "megabytes") },
		{ head: "Tasks", cell: (row) => words(row.tasks?.join(", ")) },
		{ head: "Restarts", number: true, cell: (row) => row.restarts !== undefined && count(row.restarts) },
		{ head: "Host", cell: (row) => words(row.host) },
	];
	return (
		<Section id="workers" title="Workers" one="worker" note="those in trouble first" of={workers} empty="The colony lists no workers.">
			<ReportTable caption="Workers" columns={columns} rows={workers.rows} />
		</Section>
	);
}

export function ActiveTasks({ answers: { tasks }, at }: Parts): JSX.Element {
	const columns: ReportColumn<TaskRow>[] = [
		{ head: "Task", cell: (row) => <b class="words">{row.name}</b> },
		{ head: "Id", cell: (row) => words(row.id) },
		{
			head: "Status",
			cell: (row) => (
				<>
					<StatusLabel mark={TASK[row.status]} />
					{heard(row)}
				</>
			),
		},
		{ head: "Worker", cell: (row) => words(row.worker) },
		{ head: "Attempt", number: true, cell: (row) => row.attempt !== undefined && count(row.attempt) },
		{ head: "Progress", number: true, cell: (row) => row.progress !== undefined && quantity(row.progress, "ratio") },
		{ head: "Began", cell: (row) => instant(row.startedAt) },
		{ head: "For", number: true, cell: (row) => row.startedAt !== undefined && elapsed(at - row.startedAt) },
	];
	return (
		<Section id="tasks" title="Tasks in progress" one="task" note="running ones first" of={tasks} empty="No task was in progress.">
			<ReportTable caption="Tasks in progress" columns={columns} rows={tasks.rows} />
		</Section>
	);
}

export function TaskNames({ answers: { taskStats } }: Parts): JSX.Element {
	const columns: ReportColumn<TaskStatsRow>[] = [
		{ head: "Name", cell: (row) => <b class="words">{row.name}</b> },
		...ENDS,
		{ head: "p50", number: true, cell: (row) => lasted(row.p50Ms) },
		{ head: "p95", number: true, cell: (row) => lasted(row.p95Ms) },
		{ head: "Longest", number: true, cell: (row) => lasted(row.maxMs) },
		{ head: "Last end", cell: (row) => instant(row.lastAt) },
	];
	return (
		<Section id="names" title="Tasks by name" one="name" note="all runs since the cluster began" of={taskStats} empty="No task had ended.">
			<ReportTable caption="Tasks by name" columns={columns} rows={taskStats.rows} />
		</Section>
	);
}

/** Tasks of the run that the report is about. */
export function RunTaskNames({ answers: { runTasks } }: Parts): JSX.Element {
	const columns: ReportColumn<RunTaskRow>[] = [
		{ head: "Name", cell: (row) => <b class="words">{row.id}</b> },
		...ENDS,
		{ head: "p50", number: true, cell: (row) => lasted(row.p50Ms) },
		{ head: "p95", number: true, cell: (row) => lasted(row.p95Ms) },
		{ head: "All together", number: true, cell: (row) => lasted(row.totalMs) },
	];
	return (
		<Section
			id="run-names"
			title="Tasks of the run by name"
			one="name"
			note="of the whole cluster while it went on, those that failed most first"
			of={runTasks}
			empty="No task ended in it."
		>
			<ReportTable caption="Tasks of the run by name" columns={columns} rows={runTasks.rows} />
		</Section>
	);
}

const ENDS: readonly ReportColumn<Record<EndStatus, number>>[] = [
	{ head: "Runs", number: true, cell: (row) => count(row.completed + row.failed + row.cancelled + row.no_result) },
	{ head: "Failed", number: true, cell: (row) => <span class={row.failed > 0 ? "tone-bad" : undefined}>{count(row.failed)}</span> },
	{ head: "Cancelled", number: true, cell: (row) => count(row.cancelled) },
	{ head: "No result", number: true, cell: (row) => count(row.no_result) },
];

export function Streams({ answers: { streams } }: Parts): JSX.Element {
	const columns: ReportColumn<StreamRow>[] = [
		{ head: "Stream", cell: (row) => <b class="words">{row.name ?? row.id}</b> },
		{
			head: "Status",
			cell: (row) => (
				<>
					<StatusLabel mark={STREAM[row.status]} />
					{heard(row)}
				</>
			),
		},
		{ head: "Lag", number: true, cell: ({ values: { stream_lag_seconds: lag } }) => lag !== undefined && quantity(lag, "seconds") },
		{ head: "Watermark", cell: (row) => instant(row.watermark) },
		{ head: "Newest checkpoint", cell: (row) => row.checkpoint?.status },
		{ head: "Failed checkpoints", number: true, cell: (row) => row.checkpoints && count(row.checkpoints.failed) },
		{ head: "Message", cell: (row) => words(row.message) },
	];
	return (
		<Section id="streams" title="Streams" one="stream" note="those in trouble first" of={streams} empty="The colony lists no streams.">
			<ReportTable caption="Streams" columns={columns} rows={streams.rows} />
		</Section>
	);
}

export function Checks({ answers: { checks } }: Parts): JSX.Element {
	const columns: ReportColumn<CheckRow>[] = [
		{ head: "Check", cell: (row) => <b class="words">{row.id}</b> },
		{
			head: "Status",
			cell: (row) => (
				<>
					<StatusLabel mark={CHECK[row.status]} />
					{heard(row)}
				</>
			),
		},
		{ head: "Since", cell: (row) => instant(row.since) },
		{ head: "Message", cell: (row) => words(row.message) },
		{ head: "Runbook", cell: (row) => words(row.runbook) },
	];
	return (
		<Section id="checks" title="Checks" one="check" note="those in trouble first" of={checks} empty="The colony lists no checks.">
			<ReportTable caption="Checks" columns={columns} rows={checks.rows} />
		</Section>
	);
}

export function MetricNames({ answers: { names } }: Parts): JSX.Element {
	const columns: ReportColumn<NameRow>[] = [
		{ head: "Metric", cell: (row) => <b class="words">{row.id}</b> },
		{
			head: "Newest",
			number: true,
			cell: (row) => row.value !== undefined && quantity(row.value, row.type === "counter" ? undefined : (row.unit ?? unitOf(row.id))),
		},
		{ head: "Lately", cell: (row) => row.sparkline && <Sparkline values={row.sparkline.values} unit={row.unit} /> },
		{ head: "Active series", number: true, cell: (row) => count(row.active) },
		{ head: "Known", number: true, cell: (row) => count(row.total) },
		{ head: "Meaning", cell: (row) => words(row.help) },
	];
	return (
		<Section id="metrics" title="Metrics" one="metric" note="those that tell most first" of={names} empty="No series was known.">
			<ReportTable caption="Metrics" columns={columns} rows={names.rows} />
		</Section>
	);
}
