/**
 * HiveFrame's names and the dashboard's, in one place.
 *
 * | the dashboard's series | meaning | from the exposition | from the REST |
 * |---|---|---|---|
 * | `tasks_total`, `tasks_completed`, `tasks_failed` `{worker}` or `{job}` | calls of tasks that ended; a bee's where HiveFrame counts by bee, else a job's | `hiveframe_worker_tasks_total`, else `hiveframe_tasks_total` | `tasks_completed{worker}`: the running sum of `processedCount` over all jobs |
 * | `tasks_active{worker}` | partitions that a bee is at work on | | 1 where it is busy and has a `currentPartition` |
 * | `tasks_queued` | tasks that wait | `hiveframe_queue_depth{queue="tasks"}` | food sources that no dance has told of; an estimate |
 * | `latency_p50`, `latency_p95`, `latency_p99` | seconds a task took, of the last minute | `hiveframe_task_duration_seconds`, else `hiveframe_task_latency_seconds` | |
 * | `cpu_percent`, `memory_mb` | of the colony's whole process: its bees are threads and have none of their own | `hiveframe_process_cpu_seconds_total`, `hiveframe_memory_bytes` | |
 * | `stream_records_total`, `stream_lag_seconds`, `stream_late_records_total`, `stream_windows_fired_total` `{stream}` | | `hiveframe_stream_*` | |
 * | `stream_latency_p50`, `_p95`, `_p99` `{stream}` | seconds a record took, of the last minute | `hiveframe_stream_processing_latency` | |
 * | `colony_temperature` | load; seconds, without a bound | `hiveframe_colony_temperature` | `temperature` |
 * | `waggle_dances_total` | dances ever | `hiveframe_waggle_dance_count` | |
 * | `waggle_dances` | dances that HiveFrame's dashboard keeps: the newest 100, one counts again at each look | | `totalDances` |
 * | `dance_vigor` | mean vigor of those; above 1 is normal | | `averageVigor` |
 * | `dances_by_vigor{range}` | how many of those lie in each range | | `vigorDistribution` |
 * | `pheromone_level{trail}` | 0 to 1 | `hiveframe_pheromone_level{type}` | `pheromone_levels` |
 * | `food_sources` | partitions of the current job | | `activeFoodSources` |
 *
 * With several colonies on one bridge, series have a label `colony`, and workers and streams are named `employed_0@host:port`.
 * Other metrics of HiveFrame pass unchanged.
 */
import type { SeriesType } from "../../protocol/wire/series.ts";
import type { WorkerStatus } from "../../protocol/wire/state.ts";

/** One of the dashboard's series, and the samples it is made of. Samples that differ only in labels that are not kept are added up. */
export interface SeriesRow {
	from: string;
	/** Only samples with these labels. */
	where?: Readonly<Record<string, string>>;
	/** Only where the target has no family of this name, which says the same better. */
	unless?: string;
	to: string;
	/** Labels that are kept: ours by theirs. */
	labels?: Readonly<Record<string, string>>;
	type: SeriesType;
	unit?: string;
	/** Factor from their unit to ours. */
	per?: number;
	help: string;
}

const BY_BEE = "hiveframe_worker_tasks_total";
const BY_JOB = "hiveframe_tasks_total";
const ENDED = { type: "counter", help: "Calls of tasks that ended, completed and failed" } as const;
const COMPLETED = { type: "counter", where: { status: "completed" }, help: "Calls of tasks that completed" } as const;
const FAILED = { type: "counter", where: { status: "failed" }, help: "Calls of tasks that failed" } as const;

export const SERIES: readonly SeriesRow[] = [
	{ from: BY_BEE, to: "tasks_total", labels: { worker: "worker" }, ...ENDED },
	{ from: BY_BEE, to: "tasks_completed", labels: { worker: "worker" }, ...COMPLETED },
	{ from: BY_BEE, to: "tasks_failed", labels: { worker: "worker" }, ...FAILED },
	{ from: BY_JOB, unless: BY_BEE, to: "tasks_total", labels: { job: "job" }, ...ENDED },
	{ from: BY_JOB, unless: BY_BEE, to: "tasks_completed", labels: { job: "job" }, ...COMPLETED },
	{ from: BY_JOB, unless: BY_BEE, to: "tasks_failed", labels: { job: "job" }, ...FAILED },
	{ from: "hiveframe_queue_depth", where: { queue: "tasks" }, to: "tasks_queued", type: "gauge", help: "Tasks that wait" },
	{
		from: "hiveframe_memory_bytes",
		to: "memory_mb",
		type: "gauge",
		unit: "megabytes",
		per: 1e6,
		help: "Memory of the colony's process; its bees are threads and have none of their own",
	},
	{
		from: "hiveframe_stream_records_total",
		to: "stream_records_total",
		labels: { stream: "stream" },
		type: "counter",
		help: "Records processed",
	},
	{
		from: "hiveframe_stream_records_processed",
		unless: "hiveframe_stream_records_total",
		to: "stream_records_total",
		labels: { stream: "stream" },
		type: "counter",
		help: "Records processed",
	},
	{
		from: "hiveframe_stream_lag_seconds",
		to: "stream_lag_seconds",
		labels: { stream: "stream" },
		type: "gauge",
		unit: "seconds",
		help: "How far the stream is behind",
	},
	{
		from: "hiveframe_stream_late_records",
		to: "stream_late_records_total",
		labels: { stream: "stream" },
		type: "counter",
		help: "Records whose window had fired before they came",
	},
	{
		from: "hiveframe_stream_windows_triggered",
		to: "stream_windows_fired_total",
		labels: { stream: "stream" },
		type: "counter",
		help: "Windows that were complete and handed out",
	},
	{
		from: "hiveframe_colony_temperature",
		to: "colony_temperature",
		type: "gauge",
		unit: "seconds",
		help: "Load of the colony; HiveFrame measures it in seconds, without a bound",
	},
	{ from: "hiveframe_waggle_dance_count", to: "waggle_dances_total", type: "counter", help: "Waggle dances ever" },
	{
		from: "hiveframe_pheromone_level",
		to: "pheromone_level",
		labels: { trail: "type" },
		type: "gauge",
		help: "Strength of a pheromone trail, 0 to 1",
	},
];

/** Histograms as quantiles of the last minute: `latency_p95`. `else` is the summary used where there is no histogram. */
export const QUANTILES: readonly { from: string; else?: string; to: string; stream: boolean; help: string }[] = [
	{ from: "hiveframe_task_duration_seconds", else: "hiveframe_task_latency_seconds", to: "latency", stream: false, help: "tasks took" },
	{ from: "hiveframe_stream_processing_latency", to: "stream_latency", stream: true, help: "records took" },
];

/** The process's CPU clock: its rate is `cpu_percent`. */
export const CPU_SECONDS = "hiveframe_process_cpu_seconds_total";

/** Series that name bees, with their share of the time at work where they say it. */
export const BEES = { utilization: "hiveframe_worker_utilization", tasks: BY_BEE } as const;

/** Bees by the status of HiveFrame's health monitor: `healthy`, `degraded`, `unhealthy`, `dead`. */
export const BEES_BY_HEALTH = "hiveframe_workers_by_status";

/** HiveFrame's stream processor names no stream: its counters go to the only stream, or to one of this name. */
export const UNNAMED_STREAM = "stream";

/** EMPLOYED, ONLOOKER, SCOUT. Another word passes as it is, in small letters. */
export function roleOf(role: string): string {
	return role.toLowerCase();
}

/**
 * HiveFrame's status of a bee. It is ACTIVE from its first task to the end of its days, so that alone says little: a bee that has ended
 * nothing for a minute is idle here, and the reason stands beside it.
 */
export function statusOf(status: string, secondsSinceTask: number | undefined): { status: WorkerStatus; message?: string } {
	if (status === "IDLE") return { status: "idle" };
	if (secondsSinceTask === undefined) return { status: "running" };
	if (secondsSinceTask < ACTIVE_SECONDS) return { status: "busy" };
	return { status: "idle", message: `HiveFrame calls it ${status}; it has ended no task for more than a minute` };
}
const ACTIVE_SECONDS = 60;

/** A query of HiveFrame's SQL as a task. */
export const QUERY_KIND = "query";
export const QUERY_STATUS: ReadonlyMap<string, "completed" | "failed" | "cancelled"> = new Map([
	["COMPLETED", "completed"],
	["FAILED", "failed"],
	["CANCELLED", "cancelled"],
]);

/** A component's word in `/api/health`; its verdict on the whole says "healthy" always and is not used. */
export const COMPONENT_STATUS: ReadonlyMap<string, "ok" | "unknown"> = new Map([
	["connected", "ok"],
	["not_configured", "unknown"],
]);
