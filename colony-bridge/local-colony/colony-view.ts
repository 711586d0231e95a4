/** A LocalColony's parts as a snapshot has them. */
import { hostname } from "node:os";
import type { ColonySnapshot, Metric } from "../colony.ts";
import type { Check, Checkpoint, Stream, Worker } from "../protocol/wire/state.ts";
import type { ColonyWorker } from "./colony-worker.ts";
import {
	COLONY_METRICS,
	type ColonyNumbers,
	readRows,
	STREAM_METRICS,
	TASK_DURATION,
	TASK_ENDS,
	WORKER_METRICS,
	WORKER_TOTALS,
} from "./metric-table.ts";
import type { Pool } from "./pool.ts";
import type { StreamNumbers } from "./stream-options.ts";

const HOST = hostname();

export function workerView(worker: ColonyWorker): Worker {
	const { id, status, message, task, restarts, startedAt } = worker;
	const troubled = message !== undefined;
	return {
		id,
		status,
		health: status === "failed" ? "unhealthy" : troubled ? "degraded" : "healthy",
		tasks: task ? [task.id] : [],
		host: HOST,
		pid: process.pid,
		startedAt,
		restarts,
		...(troubled && { message }),
	};
}

/** The colony's own judgement, with why where it is not healthy. */
export function healthOf(
	workers: readonly Worker[],
	streams: readonly Stream[],
	checks: readonly Check[],
): NonNullable<ColonySnapshot["health"]> {
	const able = workers.filter(({ status }) => status === "idle" || status === "busy");
	if (workers.length > 0 && workers.every(({ health }) => health === "unhealthy")) {
		return { status: "unhealthy", reason: `no worker can run: ${workers[0]?.message ?? "all have failed"}` };
	}
	const troubles = [
		...workers.filter(({ health }) => health !== "healthy").map(({ id, message }) => `${id} ${message ?? "has failed"}`),
		...streams.filter(({ status }) => status === "failed").map(({ id, message }) => `stream ${id}: ${message ?? "failed"}`),
		...checks.filter(({ status }) => status === "failed").map(({ id, message }) => `check ${id}: ${message ?? "failed"}`),
	];
	if (troubles.length === 0) return { status: "healthy" };
	const more = troubles.length > 3 ? `; and ${troubles.length - 3} more` : "";
	return {
		status: "degraded",
		reason: `${able.length} of ${workers.length} workers ready; ${troubles.slice(0, 3).join("; ")}${more}`.slice(0, 2000),
	};
}

export function poolMetrics(pool: Pool, process: ColonyNumbers["process"]): Metric[] {
	const metrics: Metric[] = [];
	let running = 0;
	let active = 0;
	for (const worker of pool.workers) {
		metrics.push(...readRows(WORKER_METRICS, worker, { worker: worker.id }));
		if (worker.task) running += 1;
		if (worker.status === "idle" || worker.status === "busy") active += 1;
	}
	for (const [worker, counts] of pool.everyWorkersCounts()) metrics.push(...readRows(WORKER_TOTALS, counts, { worker }));
	const [p50, p95, p99] = pool.durations.quantiles([0.5, 0.95, 0.99]) ?? [];
	const [waited] = pool.waits.quantiles([0.95]) ?? [];
	const numbers: ColonyNumbers = {
		queued: pool.queued,
		running,
		counts: pool.counts,
		workersActive: active,
		latency: p50 === undefined || p95 === undefined || p99 === undefined ? undefined : { p50, p95, p99 },
		wait: waited === undefined ? undefined : { p95: waited },
		process,
	};
	metrics.push(...readRows(COLONY_METRICS, numbers));
	for (const status of ["completed", "failed", "cancelled"] as const) {
		metrics.push({ ...TASK_ENDS, labels: { status }, value: pool.counts[status] });
	}
	const { name, unit, help } = TASK_DURATION;
	for (const { le, count } of pool.durations.buckets())
		metrics.push({ name: `${name}_bucket`, type: "bucket", help, labels: { le }, value: count });
	metrics.push({ name: `${name}_sum`, type: "counter", unit, help, value: pool.durations.sum });
	metrics.push({ name: `${name}_count`, type: "counter", help, value: pool.durations.count });
	return metrics;
}

export function streamMetrics(stream: string, numbers: StreamNumbers): Iterable<Metric> {
	return readRows(STREAM_METRICS, numbers, { stream });
}

/** A stream as the dashboard sees it: source, window and sink, with what each is busy with. */
interface Now {
	watermark: number;
	/** Oldest first. */
	checkpoints: readonly Checkpoint[];
	/** Share of the time in which windows were handed out: what the sink took. */
	emitting: number;
}

/** Checkpoints that one push may miss, where they are made faster than pushes go out. */
const RECENT = 10;
const RECENT_MS = 60_000;

export function streamView(
	{ name, status, message }: { name: string; status: Stream["status"]; message: string | undefined },
	numbers: StreamNumbers,
	{ watermark, checkpoints, emitting }: Now,
): Stream {
	const { recordsIn, processed, recordsOut, late, fired, openWindows, busy, throttle, bufferFill } = numbers;
	const mark = watermark > 0 ? { watermark: Math.floor(watermark) } : {};
	const newest = checkpoints.at(-1);
	// One thread does all the work: the time spent on the sink is no time of the window's.
	const window = Math.max(0, busy - emitting);
	return {
		id: name,
		name,
		status,
		...mark,
		windows: { open: openWindows, fired, late },
		operators: [
			{ id: "source", name: "source", subtasks: [{ id: "source-1", recordsOut: recordsIn, backPressured: hundredth(throttle) }] },
			{
				id: "window",
				name: "tumbling window",
				inputs: ["source"],
				subtasks: [
					{
						id: "window-1",
						...mark,
						busy: hundredth(window),
						idle: hundredth(1 - busy),
						backPressured: hundredth(Math.min(emitting, busy)),
						bufferFill: hundredth(bufferFill),
						recordsIn: processed,
						recordsOut: fired,
					},
				],
			},
			{
				id: "sink",
				name: "sink",
				inputs: ["window"],
				subtasks: [{ id: "sink-1", ...mark, busy: hundredth(emitting), idle: hundredth(1 - emitting), recordsIn: recordsOut }],
			},
		],
		...(message !== undefined && { message }),
		...(newest && { checkpoint: { ...newest } }),
		...(checkpoints.length > 1 && { checkpoints: recent(checkpoints) }),
	};
}

/** Newest first. */
function recent(checkpoints: readonly Checkpoint[]): Checkpoint[] {
	const since = Date.now() - RECENT_MS;
	return checkpoints
		.slice(-RECENT)
		.filter(({ endedAt }) => endedAt === undefined || endedAt >= since)
		.map((checkpoint) => ({ ...checkpoint }))
		.reverse();
}

function hundredth(share: number): number {
	return Math.round(share * 100) / 100;
}
