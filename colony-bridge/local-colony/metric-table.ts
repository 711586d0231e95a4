/**
 * Every metric of a LocalColony: name, type, unit, help and source.
 *
 * A name stands either with a label or without, never both, so that its sum over all series is the colony's number. Names that begin with
 * `hiveframe_` are those of HiveFrame's own monitoring.
 */
import type { Metric } from "../colony.ts";
import type { ColonyWorker } from "./colony-worker.ts";
import type { StreamNumbers } from "./stream-options.ts";

/** One row: undefined means the colony has no value now. */
type MetricRow<Source> = [
	name: string,
	type: "counter" | "gauge",
	unit: string | undefined,
	help: string,
	read: (source: Source) => number | undefined,
];

/** Label `worker`, for every worker there is. */
export const WORKER_METRICS: MetricRow<ColonyWorker>[] = [
	[
		"cpu_percent",
		"gauge",
		"percent",
		"CPU time of the worker's thread, as a share of one core",
		({ usage }) => tenth(usage.latest.cpuPercent),
	],
	[
		"memory_mb",
		"gauge",
		"megabytes",
		"Heap of the worker's thread and what hangs on it",
		({ usage }) => tenth(mega(usage.latest.memoryBytes)),
	],
	[
		"heap_percent",
		"gauge",
		"percent",
		"Heap in use, of what the thread may have",
		({ usage: { latest } }) => hundredth(share(latest.memoryBytes, latest.memoryLimitBytes)),
	],
	[
		"hiveframe_worker_utilization",
		"gauge",
		"ratio",
		"Share of the time in which the worker's event loop had work",
		({ usage }) => hundredth(usage.latest.loopShare),
	],
	["tasks_active", "gauge", undefined, "Tasks the worker is running", ({ task }) => (task ? 1 : 0)],
	["worker_restarts_total", "counter", undefined, "Threads that took the place of one before", ({ restarts }) => restarts],
];

/** Label `worker`, for every worker there ever was: totals do not fall when the colony gets smaller. */
export const WORKER_TOTALS: MetricRow<{ completed: number; failed: number }>[] = [
	["tasks_total", "counter", undefined, "Tasks the worker has ended, completed and failed", ({ completed, failed }) => completed + failed],
	["tasks_completed", "counter", undefined, "Tasks the worker has completed", ({ completed }) => completed],
	["tasks_failed", "counter", undefined, "Tasks that failed for good on the worker", ({ failed }) => failed],
];

export interface ColonyNumbers {
	queued: number;
	running: number;
	counts: { submitted: number; retried: number };
	workersActive: number;
	/** Quantiles of the newest thousand tasks, s. */
	latency: { p50: number; p95: number; p99: number } | undefined;
	wait: { p95: number } | undefined;
	process: {
		cpuPercent: number | undefined;
		cpuSeconds: number;
		memoryBytes: number;
		memoryLimitBytes: number;
		loopDelaySeconds: number | undefined;
	};
}

/** No label. */
export const COLONY_METRICS: MetricRow<ColonyNumbers>[] = [
	["tasks_queued", "gauge", undefined, "Tasks that wait for a worker", ({ queued }) => queued],
	["tasks_running", "gauge", undefined, "Tasks on a worker", ({ running }) => running],
	["tasks_submitted_total", "counter", undefined, "Tasks ever submitted", ({ counts }) => counts.submitted],
	["tasks_retried_total", "counter", undefined, "Failed tries that were followed by another", ({ counts }) => counts.retried],
	["latency_p50", "gauge", "seconds", "Half of the newest 1,000 tries took at most this", ({ latency }) => latency?.p50],
	["latency_p95", "gauge", "seconds", "95 % of the newest 1,000 tries took at most this", ({ latency }) => latency?.p95],
	["latency_p99", "gauge", "seconds", "99 % of the newest 1,000 tries took at most this", ({ latency }) => latency?.p99],
	["queue_wait_p95", "gauge", "seconds", "95 % of the newest 1,000 tasks waited at most this", ({ wait }) => wait?.p95],
	[
		"memory_percent",
		"gauge",
		"percent",
		"Memory of the process, of what the machine or its container has",
		({ process }) => hundredth(share(process.memoryBytes, process.memoryLimitBytes)),
	],
	[
		"process_cpu_percent",
		"gauge",
		"percent",
		"CPU time of the process with all its threads; 100 is one core",
		({ process }) => tenth(process.cpuPercent),
	],
	[
		"event_loop_delay_seconds",
		"gauge",
		"seconds",
		"99 % of the main thread's turns were late by at most this",
		({ process }) => process.loopDelaySeconds,
	],
	["hiveframe_workers_active", "gauge", undefined, "Workers that can take tasks or run one", ({ workersActive }) => workersActive],
	["hiveframe_memory_bytes", "gauge", "bytes", "Memory of the process", ({ process }) => process.memoryBytes],
	["hiveframe_process_cpu_seconds_total", "counter", "seconds", "CPU time of the process", ({ process }) => hundredth(process.cpuSeconds)],
];

/** Label `status`. */
export const TASK_ENDS = {
	name: "hiveframe_tasks_total",
	type: "counter",
	help: "Tasks that ended",
} as const;

/** Buckets carry `le`. */
export const TASK_DURATION = {
	name: "hiveframe_task_duration_seconds",
	unit: "seconds",
	help: "How long tries of tasks took",
} as const;

/** Label `stream`. */
export const STREAM_METRICS: MetricRow<StreamNumbers>[] = [
	["records_in", "counter", undefined, "Records handed to the stream", ({ recordsIn }) => recordsIn],
	["records_out", "counter", undefined, "Results the stream has handed out", ({ recordsOut }) => recordsOut],
	["stream_records_total", "counter", undefined, "Records processed", ({ processed }) => processed],
	["stream_lag_seconds", "gauge", "seconds", "How far the watermark is behind the clock", ({ lagSeconds }) => lagSeconds],
	["stream_late_records_total", "counter", undefined, "Records whose window had fired before they came", ({ late }) => late],
	["stream_skipped_records_total", "counter", undefined, "Records left out because they failed twice", ({ skipped }) => skipped],
	["stream_windows_fired_total", "counter", undefined, "Windows that were complete and handed out", ({ fired }) => fired],
	["stream_windows_open", "gauge", undefined, "Windows that wait for more records", ({ openWindows }) => openWindows],
	["stream_buffer_fill", "gauge", "ratio", "Share of the buffer in use", ({ bufferFill }) => hundredth(bufferFill)],
	["stream_busy", "gauge", "ratio", "Share of its time at work", ({ busy }) => hundredth(busy)],
	[
		"stream_throttle",
		"gauge",
		"ratio",
		"Share of its time in which a full buffer held the source back",
		({ throttle }) => hundredth(throttle),
	],
	["stream_restores_total", "counter", undefined, "Returns to a checkpoint after a failure", ({ restores }) => restores],
	["stream_checkpoint_seconds", "gauge", "seconds", "How long the newest checkpoint took", ({ checkpointSeconds }) => checkpointSeconds],
	["stream_checkpoint_bytes", "gauge", "bytes", "Size of the newest checkpoint", ({ checkpointBytes }) => checkpointBytes],
	["hiveframe_stream_records_total", "counter", undefined, "Records processed", ({ processed }) => processed],
	["hiveframe_stream_lag_seconds", "gauge", "seconds", "Processing lag", ({ lagSeconds }) => lagSeconds],
];

/** The rows of one source as numbers; a value that is not known is left out. */
export function* readRows<Source>(rows: MetricRow<Source>[], source: Source, labels?: Record<string, string>): Iterable<Metric> {
	for (const [name, type, unit, help, read] of rows) {
		const value = read(source);
		if (value !== undefined) yield { name, type, help, value, ...(unit !== undefined && { unit }), ...(labels && { labels }) };
	}
}

function mega(bytes: number | undefined): number | undefined {
	return bytes === undefined ? undefined : bytes / 1_000_000;
}

function share(part: number | undefined, whole: number | undefined): number | undefined {
	return part === undefined || !whole ? undefined : (100 * part) / whole;
}

/** Digits below the measurement's noise only cost bytes. */
function tenth(value: number | undefined): number | undefined {
	return value === undefined ? undefined : Math.round(value * 10) / 10;
}

function hundredth(value: number | undefined): number | undefined {
	return value === undefined ? undefined : Math.round(value * 100) / 100;
}
