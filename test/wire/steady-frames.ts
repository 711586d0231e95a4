import type { UpFrameOf } from "../../colony-bridge/protocol/wire/up.ts";

/** Names of so many series, ids from 0: ten metrics a worker. */
export function steadySeries(count: number, seq: number): UpFrameOf<"series"> {
	const series = Array.from({ length: count }, (_, id) => ({
		id,
		name: ["cpu_percent", "memory_mb"][id % 10] ?? `bench_gauge_${id % 10}`,
		labels: { worker: `worker-${Math.floor(id / 10) + 1}` },
		type: "gauge" as const,
	}));
	return { type: "series", seq, series };
}

/** Plausible measurements of all of them at one instant: slow waves of one decimal, each its own. */
export function steadyTick(count: number, seq: number, at: number): UpFrameOf<"tick"> {
	const ids = Array.from({ length: count }, (_, id) => id);
	const values = ids.map((id) => Math.round((50 + 40 * Math.sin(seq / 20 + id) + ((seq * 31 + id * 17) % 13) / 4) * 10) / 10);
	return { type: "tick", seq, at, ids, values };
}

/** Workers 1 to `count`, each busy or idle by turns. */
export function steadyState(count: number, seq: number, at: number): UpFrameOf<"state"> {
	const set = Array.from({ length: count }, (_, i) => ({
		id: `worker-${i + 1}`,
		status: (seq + i) % 3 === 0 ? ("idle" as const) : ("busy" as const),
	}));
	return { type: "state", seq, at, workers: { replace: true, set } };
}

/** What pages of tasks and streams have to show: twelve tasks, four of them waiting, and a stream of five operators. */
export function steadyWork(seq: number, at: number): UpFrameOf<"state"> {
	const tasks = Array.from({ length: 12 }, (_, i) => ({
		id: `task-${seq}-${i}`,
		name: `step-${i % 4}`,
		status: i < 8 ? ("running" as const) : ("queued" as const),
		...(i < 8 && { worker: `worker-${i + 1}`, startedAt: at - 10_000 * i, progress: i / 12 }),
		queuedAt: at - 90_000,
	}));
	const operators = ["source", "parse", "window", "enrich", "sink"].map((id, i, all) => ({
		id,
		name: id,
		inputs: all.slice(Math.max(0, i - 1), i),
		subtasks: Array.from({ length: 4 }, (_, n) => ({
			id: String(n),
			worker: `worker-${n + 1}`,
			busy: 0.1 * (i + 1),
			backPressured: 0.02,
			idle: 0.98 - 0.1 * (i + 1),
			watermark: at - 4000,
			recordsIn: 1000 * seq,
			recordsOut: 990 * seq,
		})),
	}));
	const streams = [{ id: "orders", status: "running" as const, watermark: at - 4000, operators }];
	return { type: "state", seq, at, tasks: { replace: true, set: tasks }, streams: { replace: true, set: streams } };
}

/** Ten tasks that ended, one of them failed, and a line of a log. */
export function steadyEvents(seq: number, at: number): UpFrameOf<"events"> {
	const ended = Array.from({ length: 10 }, (_, i) => ({
		type: "taskEnd" as const,
		id: `task-${seq}-${i}`,
		name: `step-${i % 4}`,
		status: i === 9 ? ("failed" as const) : ("completed" as const),
		worker: `worker-${(i % 8) + 1}`,
		startedAt: at - 400 * (i + 1),
		endedAt: at,
		...(i === 9 && { error: { type: "OSError", message: `shard ${seq % 7} is gone`, stack: "at step" } }),
	}));
	return { type: "events", seq, events: [...ended, { type: "log", at, level: "INFO", source: "worker-1", message: `push ${seq}` }] };
}
